"""The letter of the week: counts and subjects, no neighbour; the same in plain text and in HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape

import pytest

from binrelay.model import DigestTime, Language, Listed
from binrelay.records import Mail
from binrelay.records.coordinator import Issue, Week
from binrelay.records.members import Cause, Standing, State
from binrelay.rules.decision import Why
from binrelay.rules.exposure import names_a_member
from binrelay.rules.schedule import last_digest
from binrelay.rules.week import Told, chart_of, count_letter, week_letters
from tests.rules.good import ANNA, JAN, NETWORK, PIET, address
from tests.rules.letters import NOW, desk
from tests.rules.test_notice import RECORD

AT = DigestTime(0, 8 * 60)
SPAN = last_digest(NOW, AT, NETWORK.timezone)
POLO = Issue("B1", "politie", address("wijkagent@politie.example"), "o@politie", "Gele Polo", NOW, 3, 2, 1, 0, 4)
WEEK = Week((POLO,), {"politie": 5, "gemeente": 1}, (SPAN.since + 1, SPAN.history), (SPAN.until - 1,) * 6)
PNG = b"\x89PNG\r\n\x1a\n and so on"
TOLD = Told(SPAN, WEEK, (RECORD,), ())


def paused(member: object, cause: Cause) -> Standing:
    return Standing(NETWORK.id, member.address, State.PAUSED, cause, NOW, Listed.ACTIVE)  # type: ignore[attr-defined]


def letter(told: Told = TOLD, png: bytes | None = PNG, **network: object) -> Mail:
    at = desk(replace(NETWORK, **network))  # type: ignore[arg-type]
    (mail,) = week_letters(told, chart_of(told, AT, at), png, desk=at)
    return mail


def read(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def plain(mail: Mail) -> str:
    body = read(mail).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(mail: Mail) -> str:
    body = read(mail).get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_it_tells_what_went_out_what_came_back_and_what_waits() -> None:
    text = plain(letter())
    for part in ("Gele Polo", "2 van de 3 leden", "Eén adres weigerde", "4 antwoorden", "Gemeente Utrecht: 1"):
        assert part in text
    assert "Re: uw melding" in text
    assert "BIN/Vrijgeven" in text


def test_the_html_says_the_same_words_in_the_same_order() -> None:
    mail = letter()
    shown = unescape(re.sub(r"<[^>]+>", " ", html(mail).partition("<body")[2].partition(">")[2]))
    words = iter(re.findall(r"\w+", shown))
    assert [word for word in re.findall(r"\w+", plain(mail)) if word not in words] == []


def test_the_picture_is_inside_the_mail_and_says_in_words_what_it_shows() -> None:
    message = read(letter())
    assert message.get_content_type() == "multipart/alternative"
    (image,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    assert image.get_payload(decode=True) == PNG
    cid = str(image["Content-ID"]).strip("<>")
    assert f'src="cid:{cid}"' in html(letter()) or "cid:" in html(letter())
    assert "Berichten: 1, 0, 0, 0, 0, 0, 0, 1." in html(letter())


def test_without_a_picture_it_is_a_plain_letter() -> None:
    assert read(letter(png=None)).get_content_type() == "text/plain"


def test_paused_members_are_counted_by_reason_and_never_named() -> None:
    members = (replace(JAN, paused=True), replace(PIET, paused=True), *NETWORK.members[2:])
    told = replace(TOLD, standings=(paused(JAN, Cause.OWN_WISH), paused(PIET, Cause.FAILING)))
    mail = letter(told, members=members)
    text = plain(mail)
    assert "2 leden staan op pauze" in text
    assert "1 keer: op eigen verzoek" in text
    assert "1 keer: hun mail komt steeds terug" in text
    assert not names_a_member(mail, NETWORK)
    assert mail.recipients == (ANNA.address,)


def test_a_quiet_week_is_told_too() -> None:
    text = plain(letter(Told(SPAN, Week((), {}, (), ()), (), ())))
    assert "Het was rustig" in text
    assert "Niets." in text


@pytest.mark.parametrize("language", Language)
def test_it_is_complete_in_each_language(language: Language) -> None:
    mail = letter(language=language)
    assert f'lang="{language}"' in html(mail)
    assert "Gele Polo" in plain(mail)


def test_a_bulletin_whose_subject_names_a_neighbour_is_shown_by_dots() -> None:
    week = replace(WEEK, issues=(replace(POLO, subject="Jan de Vries gevonden"),))
    told = replace(TOLD, week=week, held=(replace(RECORD, subject="Van jan@mail.example", why=Why.MODERATED),))
    assert not names_a_member(letter(told), NETWORK)


def test_the_author_hears_how_many_and_not_who() -> None:
    mail = count_letter(POLO, desk())
    assert mail is not None
    assert mail.recipients == (address("wijkagent@politie.example"),)
    assert mail.reverse_path is None
    message = read(mail)
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<o@politie>"
    assert "aan 2 leden" in message.get_content()
    assert not names_a_member(mail, NETWORK)
