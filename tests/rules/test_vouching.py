"""A doorbell's film is what the police need, and may say where it was made: a coordinator looks, then vouches for it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from binrelay.mail.authentication import Evidence, Verdict
from binrelay.mail.marks import read_marks
from binrelay.mail.message import read_message
from binrelay.mail.mime import transfer_decoded, walk
from binrelay.records import Kind, Plan, Recall
from binrelay.rules.decision import Why
from binrelay.rules.facts import Circumstances, gather
from binrelay.rules.intake import decide
from binrelay.rules.notice import held_notices
from binrelay.rules.plan import Case, make_plan
from tests.rules.good import JAN, NETWORK
from tests.rules.letters import NOW, desk

FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256))
UNASKED = Circumstances(Evidence(Verdict.UNPROVEN, "not asked"))


def with_file(content: bytes, kind: str) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = str(JAN.address), str(NETWORK.address), "Inbreker"
    message["Date"], message["Message-ID"] = "Tue, 24 Nov 2026 09:00:00 +0100", "<film@mail.example>"
    message.set_content("Dit zag mijn deurbel.\n")
    maintype, subtype = kind.split("/")
    message.add_attachment(content, maintype, subtype, filename="deurbel.bin")
    return message.as_bytes()


def plan(content: bytes, *, approved: bool) -> Plan:
    message = read_message(content)
    marks = read_marks(message, own=NETWORK.address, network_name=NETWORK.name, subaddress=None)
    around = replace(UNASKED, approved=approved)
    facts = gather(message, marks, recall=Recall(), network=NETWORK, around=around)
    return make_plan(Case(message, facts, Recall(), decide(facts, NETWORK), NOW, len(content)), desk())


def test_a_film_waits_and_the_coordinators_hear_what_releasing_does() -> None:
    held = plan(with_file(FILM, "video/mp4"), approved=False).arrival
    assert (held.decision, held.why, held.releases, held.reaches) == ("hold", Why.UNSEEN_FILE, "report", 1)


def test_a_film_that_a_coordinator_vouches_for_goes_as_it_came_and_still_names_nobody() -> None:
    released = plan(with_file(FILM, "video/mp4"), approved=True)
    (report,) = (mail for mail in released.mails if mail.kind is Kind.REPORT)
    root = read_message(report.content).root
    assert root is not None
    (film,) = (part for part in walk(root) if part.media_type == "video/mp4")
    assert transfer_decoded(film, report.content) == FILM
    assert JAN.address.key.encode() not in report.content


def test_a_film_with_the_members_address_in_it_goes_nowhere_whoever_vouches() -> None:
    named = FILM + b" author " + JAN.address.key.encode()
    assert plan(with_file(named, "video/mp4"), approved=True).arrival.why == Why.NAMES_A_MEMBER


def test_minutes_of_many_pages_wait_for_somebody_to_look_and_then_go_as_they_came() -> None:
    minutes = b"Notulen van de vergadering.\r\n" * 80_000
    assert plan(with_file(minutes, "application/csv"), approved=False).arrival.why == Why.UNSEEN_FILE
    assert [mail.kind for mail in plan(with_file(minutes, "application/csv"), approved=True).mails][:1] == [Kind.REPORT]
    named = minutes + JAN.address.key.encode()
    assert plan(with_file(named, "application/csv"), approved=True).arrival.why == Why.NAMES_A_MEMBER


@pytest.mark.parametrize("approved", [False, True])
def test_what_is_sealed_goes_nowhere_whoever_vouches(*, approved: bool) -> None:
    sealed = plan(with_file(b"sealed", "application/ms-tnef"), approved=approved).arrival
    assert (sealed.why, sealed.releases) == (Why.CANNOT_BE_MADE_SAFE_TNEF, "nothing")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("application/ms-tnef", "winmail.dat"),
        ("application/pkcs7-mime", "S/MIME"),
        ("application/pgp-encrypted", "versleuteld"),
        ("message/partial", "opgeknipt"),
    ],
)
def test_the_coordinator_hears_what_kind_of_mail_cannot_be_made_safe_and_not_the_files_name(
    kind: str, said: str
) -> None:
    content = with_file(b"sealed", "application/x-sealed").replace(b"application/x-sealed", kind.encode())
    record = plan(content.replace(b"deurbel.bin", b"jan-de-vries.bin"), approved=False).arrival
    (notice,) = held_notices([record], desk())
    text = message_from_bytes(notice.content, policy=policy.default).get_content()
    assert said in text
    assert "jan-de-vries" not in text
