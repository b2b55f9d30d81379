"""Which mails of the folders go with a person."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from binrelay.mail.message import read_message
from binrelay.mail.scrub import Person
from binrelay.records import ArrivalRecord
from binrelay.rules.erasure import Fate, fate
from tests.rules.good import address
from tests.rules.letters import OFFICER, letter
from tests.rules.test_account import WROTE

JAN = Person((address("jan@mail.example"), address("jan@work.example")), "Jan Jansen")
SETTLED: ArrivalRecord = replace(WROTE, state="done")
HELD: ArrivalRecord = replace(WROTE, state="held")
CODED = base64.b64encode(b"Ik sprak jan@mail.example.").decode()


def of(content: bytes, record: ArrivalRecord | None) -> Fate:
    return fate(read_message(content), record, JAN)


@pytest.mark.parametrize("record", [None, SETTLED, HELD])
@pytest.mark.parametrize("sender", ["jan@mail.example", "Jan <JAN@work.example>", "x@y.example, jan@mail.example"])
def test_what_the_person_wrote_goes_wherever_it_lies(sender: str, record: ArrivalRecord | None) -> None:
    assert of(letter(sender, "Lantaarn"), record) is Fate.GOES


def test_what_belongs_to_their_conversations_goes_though_it_does_not_show_them() -> None:
    assert of(letter(OFFICER, "Re: Lantaarn", "Dank u.\n"), replace(SETTLED, erased=True)) is Fate.GOES


@pytest.mark.parametrize(
    "content",
    [
        letter(OFFICER, "Vraag", "Kent u jan@mail.example?\n"),
        letter(OFFICER, "=?utf-8?q?Jan_Jansen?=", "Vermist.\n"),
        letter(OFFICER, "Vraag", f"{CODED}\n", fields={"Content-Transfer-Encoding": "base64"}),
        letter(
            OFFICER, "Vraag", "Kent u jan@work=\n.example?\n", fields={"Content-Transfer-Encoding": "quoted-printable"}
        ),
    ],
)
def test_a_mail_of_somebody_else_that_shows_them_goes_once_it_is_settled(content: bytes) -> None:
    content = content.replace(b"Content-Transfer-Encoding: 8bit\r\n", b"", content.count(b"Transfer-Encoding") - 1)
    assert of(content, SETTLED) is Fate.GOES
    assert of(content, HELD) is Fate.WAITS
    assert of(content, None) is Fate.BY_HAND


@pytest.mark.parametrize("record", [None, SETTLED, HELD])
def test_everybody_elses_mail_stays(record: ArrivalRecord | None) -> None:
    assert of(letter(OFFICER, "Jan", "Januari: jan@elsewhere.example, jansen\n"), record) is Fate.STAYS
