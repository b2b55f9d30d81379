"""Our own samples by who writes them: servers of every make that report, programs that answer, people who sound like both."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from binrelay.mail.address import parse_address
from binrelay.mail.automatic import Automatic, read_automatic
from binrelay.mail.dsn import DeliveryReport, read_delivery_report
from binrelay.mail.message import Message, read_message
from binrelay.mail.report_keys import Ours

CORPUS = Path(__file__).parents[1] / "corpus"
OURS = Ours(parse_address("bin@bin.example"), b"the installation's own key")
Expected = dict[str, tuple[str, str]]  # recipient → action and status; "" where the server says nothing sure


def files(kind: str) -> list[Path]:
    found = sorted((CORPUS / kind).glob("*.eml"))
    assert len(found) > 50
    return found


def expected() -> dict[str, Expected]:
    table: dict[str, Expected] = defaultdict(dict)
    with (CORPUS / "systems" / "expected.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            table[row["file"]][row["recipient"]] = row["action"], row["status"]
    return table


def message(path: Path) -> Message:
    return read_message(path.read_bytes())


def report(path: Path) -> DeliveryReport | None:
    return read_delivery_report(message(path), OURS)


def test_every_sample_of_a_server_says_what_is_expected_of_it() -> None:
    assert {path.name for path in files("systems")} == set(expected())


@pytest.mark.parametrize("path", files("systems"), ids=lambda path: path.stem)
def test_a_server_of_any_make_is_understood(path: Path) -> None:
    wanted, found = expected()[path.name], report(path)
    assert found is not None
    told = {str(each.address): (each.action, each.status) for each in found.recipients}
    assert set(told) == set(wanted)
    for recipient, (action, status) in wanted.items():
        assert not action or told[recipient][0] == action
        assert not status or told[recipient][1] == status


@pytest.mark.parametrize("path", files("programs"), ids=lambda path: path.stem)
def test_what_a_program_answers_is_nobodys_word(path: Path) -> None:
    assert report(path) is None
    assert read_automatic(message(path)) not in (None, Automatic.PRECEDENCE, Automatic.LIST)


@pytest.mark.parametrize("path", files("people"), ids=lambda path: path.stem)
def test_a_person_who_writes_of_absence_cars_or_lost_mail_is_heard(path: Path) -> None:
    assert report(path) is None
    assert read_automatic(message(path)) in (None, Automatic.PRECEDENCE)
