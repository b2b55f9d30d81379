"""Our own samples, each named for its lesson: what servers, programs and people in four languages write."""

from __future__ import annotations

from pathlib import Path

import pytest

from binrelay.mail.address import parse_address
from binrelay.mail.automatic import Automatic, read_automatic
from binrelay.mail.dsn import Action, DeliveryReport, read_delivery_report
from binrelay.mail.message import read_message
from binrelay.mail.report_keys import Ours

CORPUS = Path(__file__).parents[1] / "corpus"
OURS = Ours(parse_address("bin@bin-wilhelminapark.example"), b"the installation's own key")


def named(kind: str) -> list[Path]:
    return sorted(CORPUS.glob(f"{kind}-*.eml"))


def report(path: Path) -> DeliveryReport | None:
    return read_delivery_report(read_message(path.read_bytes()), OURS)


def said(path: Path) -> dict[str, tuple[Action, str | None]]:
    found = report(path)
    assert found is not None
    return {str(each.address): (each.action, each.status) for each in found.recipients}


STATUSES = {"mailbox-full": "5.2.2", "exchange": "5.1.10", "dovecot-rejection": None}
ORDINARY = [path for path in named("bounce") if not path.stem.endswith(("nameless", "late"))]


@pytest.mark.parametrize("path", ORDINARY, ids=lambda path: path.stem)
def test_a_report_names_the_neighbour_who_was_not_reached(path: Path) -> None:
    status = next((status for ending, status in STATUSES.items() if path.stem.endswith(ending)), "5.1.1")
    assert said(path) == {"gone@buurt.example": (Action.FAILED, status)}


@pytest.mark.parametrize("path", named("delay"), ids=lambda path: path.stem)
def test_a_delay_fails_nobody(path: Path) -> None:
    assert {action for action, _ in said(path).values()} == {Action.DELAYED}


def test_several_in_one_report_are_told_apart() -> None:
    assert said(CORPUS / "bounce-two-and-one-late.eml") == {
        "gone@buurt.example": (Action.FAILED, "5.1.1"),
        "weg@buurt.example": (Action.FAILED, "5.1.1"),
        "laat@buurt.example": (Action.DELAYED, "4.4.1"),
    }


def test_a_report_without_a_name_is_attributed_by_our_return_address() -> None:
    found = report(CORPUS / "bounce-verp-nameless.eml")
    assert found is not None
    assert (found.recipients, found.keys.rows, found.action, found.status) == ((), (4711,), Action.FAILED, "5.1.1")


@pytest.mark.parametrize("path", [*named("away"), *named("receipt")], ids=lambda path: path.stem)
def test_what_a_program_wrote_is_known(path: Path) -> None:
    message = read_message(path.read_bytes())
    assert read_delivery_report(message, OURS) is None
    kind = Automatic.RECEIPT if path.stem.startswith("receipt") else Automatic.AUTO_REPLIED
    assert read_automatic(message) in (kind, Automatic.AUTO_GENERATED, Automatic.WORDS)


@pytest.mark.parametrize("path", named("person"), ids=lambda path: path.stem)
def test_what_a_neighbour_wrote_is_passed_on(path: Path) -> None:
    message = read_message(path.read_bytes())
    assert read_delivery_report(message, OURS) is None
    assert read_automatic(message) in (None, Automatic.PRECEDENCE)
