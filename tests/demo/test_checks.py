"""Each expectation fails when its promise is broken: a demo that cannot fail proves nothing."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace

import pytest

from binrelay.demo import checks
from binrelay.demo.cast import ANNA, COORDINATOR, JAN, LUCIA, POLICE, folders
from binrelay.demo.checks import Expectation
from binrelay.demo.scene import Scene
from binrelay.demo.servers import Delivery
from binrelay.model import Language
from tests.demo.good import BULLETIN, MEMBERS, REPLY, TAG, WORDS, mail, record

FOLDERS = folders(Language.NL)


def broken(expectations: Sequence[Expectation]) -> list[str]:
    return [each.sentence for each in expectations if not each.held]


def only(scene: Scene, delivery: Delivery) -> Scene:
    return replace(scene, deliveries=(delivery,))


def bulletin_to(recipients: Sequence[str], *more: Delivery) -> Scene:
    return replace(BULLETIN, deliveries=(replace(BULLETIN.deliveries[0], recipients=tuple(recipients)), *more))


def test_a_good_bulletin_meets_every_expectation() -> None:
    assert not broken(checks.bulletin(BULLETIN, WORDS, FOLDERS))


@pytest.mark.parametrize(
    "recipients", [MEMBERS[1:], (*MEMBERS, MEMBERS[0]), (*MEMBERS, ANNA.address)], ids=["one-less", "twice", "one-more"]
)
def test_a_bulletin_that_misses_or_doubles_a_member_is_seen(recipients: Sequence[str]) -> None:
    sentence = WORDS.claims.bulletin_all.format(count=len(MEMBERS))
    assert broken(checks.bulletin(bulletin_to(recipients), WORDS, FOLDERS)) == [sentence]


def test_a_bulletin_filed_nowhere_is_seen() -> None:
    lost = replace(BULLETIN, folders=("INBOX",))
    assert broken(checks.bulletin(lost, WORDS, FOLDERS)) == [WORDS.claims.filed.format(folder="BIN/Verwerkt")]


def test_a_bulletin_from_the_polices_own_address_is_seen() -> None:
    content = BULLETIN.deliveries[0].content.replace(COORDINATOR.address.encode(), POLICE.address.encode(), 1)
    spoiled = only(BULLETIN, replace(BULLETIN.deliveries[0], content=content))
    assert broken(checks.bulletin(spoiled, WORDS, FOLDERS)) == [WORDS.claims.bulletin_from]


def test_a_bulletin_without_its_picture_is_seen() -> None:
    spoiled = only(BULLETIN, replace(BULLETIN.deliveries[0], content=mail("112 0900-8844")))
    assert broken(checks.bulletin(spoiled, WORDS, FOLDERS)) == [WORDS.claims.bulletin_picture]


def test_a_bulletin_that_does_not_say_112_is_seen() -> None:
    content = BULLETIN.deliveries[0].content.replace(b"112 en", b"bel en")
    spoiled = only(BULLETIN, replace(BULLETIN.deliveries[0], content=content))
    assert broken(checks.bulletin(spoiled, WORDS, FOLDERS)) == [WORDS.claims.bulletin_emergency]


def hidden_in_base64(text: str) -> bytes:
    head = f"From: <{COORDINATOR.address}>\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.b64encode(text.encode())


@pytest.mark.parametrize(
    "content",
    [
        mail(f"Groet van {JAN.address}"),
        mail("x", subject=f"Van {JAN.name}"),
        hidden_in_base64(f"groet, {JAN.name.upper()}"),
        hidden_in_base64(JAN.address),
        f"From: <{COORDINATOR.address}>\r\nX-A: =?utf-8?q?Jan_de_Wit?=\r\n\r\n".encode(),
        f"From: <{COORDINATOR.address}>\r\nContent-Type: text/html\r\n\r\nJan&#32;de&#32;Wit".encode(),
    ],
    ids=["text", "subject", "base64", "base64-address", "encoded-word", "html-entities"],
)
def test_a_member_shown_to_somebody_else_is_seen_in_any_encoding(content: bytes) -> None:
    shown = only(BULLETIN, Delivery("", (POLICE.address,), content))
    assert checks.exposed(shown) & {JAN.name, JAN.address}
    assert not checks.exposed(only(BULLETIN, Delivery("", (JAN.address,), content)))


def test_a_mail_to_a_member_and_a_neighbour_together_may_name_neither() -> None:
    assert checks.exposed(only(BULLETIN, Delivery("", (JAN.address, LUCIA.address), mail(JAN.address))))


def test_a_good_reply_meets_every_expectation() -> None:
    assert not broken(checks.reply(REPLY, WORDS))


def test_a_reply_that_reaches_a_neighbour_is_seen() -> None:
    leaked = replace(REPLY, deliveries=(*REPLY.deliveries, Delivery("", (LUCIA.address,), mail("x"))))
    assert broken(checks.reply(leaked, WORDS)) == [WORDS.claims.reply_police]


def test_a_reply_with_the_name_in_its_signature_is_seen() -> None:
    to_police, thanks = REPLY.deliveries
    content = to_police.content.replace(b"\n\n", f"\n\n{JAN.name}\n".encode(), 1)
    signed = replace(REPLY, deliveries=(replace(to_police, content=content), thanks))
    assert broken(checks.reply(signed, WORDS)) == [WORDS.claims.reply_hidden]


def test_a_reply_without_a_tag_is_seen() -> None:
    to_police, thanks = REPLY.deliveries
    bare = replace(to_police, content=to_police.content.replace(TAG.encode(), b""))
    assert broken(checks.reply(replace(REPLY, deliveries=(bare, thanks)), WORDS)) == [WORDS.claims.reply_tag]


def test_a_confirmation_that_machines_would_answer_is_seen() -> None:
    to_police, thanks = REPLY.deliveries
    answerable = replace(thanks, reverse_path=COORDINATOR.address)
    assert broken(checks.reply(replace(REPLY, deliveries=(to_police, answerable)), WORDS)) == [
        WORDS.claims.reply_thanks
    ]


def test_an_answer_that_others_read_too_is_seen() -> None:
    private = Scene(b"", record("answer"), (Delivery("", (JAN.address,), mail(WORDS.thanks)),), ("BIN/Verwerkt",))
    assert not broken(checks.answer(private, WORDS))
    public = only(private, replace(private.deliveries[0], recipients=(JAN.address, LUCIA.address)))
    assert broken(checks.answer(public, WORDS)) == [WORDS.claims.answer_one]


def test_an_out_of_office_that_is_passed_on_is_seen() -> None:
    quiet = Scene(b"", record("ignore", "automatic"), (), ("BIN/Verwerkt",))
    assert not broken(checks.away(quiet, WORDS, FOLDERS))
    told = only(quiet, Delivery("", (POLICE.address,), mail("afwezig")))
    assert broken(checks.away(told, WORDS, FOLDERS)) == [WORDS.claims.away_nobody]


def test_a_forgery_that_goes_out_is_seen() -> None:
    held = Scene(b"", record("hold"), (Delivery("", (ANNA.address,), mail("Er wacht iets.")),), ("BIN/Wacht",))
    assert not broken(checks.forged(held, WORDS, FOLDERS))
    out = replace(held, record=record("bulletin"), folders=("BIN/Verwerkt",))
    assert broken(checks.forged(out, WORDS, FOLDERS)) == [
        WORDS.claims.forged_waits.format(folder="BIN/Wacht"),
        WORDS.claims.forged_notice,
    ]


def test_a_notice_that_repeats_the_swindlers_link_is_seen() -> None:
    notice = Delivery("", (ANNA.address,), mail(f"Er wacht https://{WORDS.lure}/"))
    held = Scene(b"", record("hold"), (notice,), ("BIN/Wacht",))
    assert broken(checks.forged(held, WORDS, FOLDERS)) == [WORDS.claims.forged_words]


def test_the_same_mail_twice_over_the_whole_story_is_seen() -> None:
    assert not broken(checks.whole((BULLETIN, REPLY), WORDS, lying=(0, 1), well=True))
    assert len(broken(checks.whole((BULLETIN, REPLY, REPLY), WORDS, lying=(0, 1), well=True))) == 1


@pytest.mark.parametrize("lying", [(1, 1), (0, 2), (0, 0)], ids=["in-inbox", "more-held", "none-held"])
def test_mail_left_behind_is_seen(lying: tuple[int, int]) -> None:
    assert broken(checks.whole((BULLETIN,), WORDS, lying=lying, well=True)) == [WORDS.claims.end_inbox]


def test_a_daemon_in_trouble_is_seen() -> None:
    assert broken(checks.whole((BULLETIN,), WORDS, lying=(0, 1), well=False)) == [WORDS.claims.end_well]
