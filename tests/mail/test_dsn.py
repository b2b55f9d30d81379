"""A delivery report is recorded: who failed, why, and of which mail. Nothing else is taken for one."""

from __future__ import annotations

import time

import pytest

from binrelay.mail.dsn import Action, DeliveryReport, read_delivery_report
from binrelay.mail.message import read_message
from tests.mail.corpora import corpus_files, expected, needs_corpora

REPORT = """\
From: MAILER-DAEMON@mx.provider.example
To: coordinator@bin.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.provider.example

Final-Recipient: rfc822; gone@mail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

Final-Recipient: rfc822; slow@mail.example
Action: delayed
Status: 4.4.1
--b
Content-Type: message/rfc822

From: coordinator@bin.example
Message-ID: <polo@bin.example>
Subject: [BIN] Gele Polo

Dag
--b--
"""


def read(text: str) -> DeliveryReport | None:
    return read_delivery_report(read_message(text.replace("\n", "\r\n").encode()))


def test_a_report_says_who_failed_and_of_which_mail() -> None:
    report = read(REPORT)
    assert report is not None
    assert report.original_id == "polo@bin.example"
    failed = report.recipients[0]
    assert (str(failed.address), failed.action, failed.status) == ("gone@mail.example", Action.FAILED, "5.1.1")


def test_a_delay_is_no_failure() -> None:
    report = read(REPORT)
    assert report is not None
    assert [each.action for each in report.recipients] == [Action.FAILED, Action.DELAYED]


@pytest.mark.parametrize(
    "spelling", ["RFC822;gone@mail.example", "rfc822; <gone@mail.example>", "X400; gone@mail.example"]
)
def test_servers_spell_the_recipient_in_many_ways(spelling: str) -> None:
    report = read(REPORT.replace("rfc822; gone@mail.example", spelling))
    assert report is not None
    assert str(report.recipients[0].address) == "gone@mail.example"


def test_a_neighbour_who_forwards_a_report_is_a_person() -> None:
    header = "From: jan@mail.example\nSubject: Fwd: Undelivered Mail\n\n"
    assert read(header + "Kijk eens, deze mail kwam terug.\n\n> 550 no such user\n") is None


def test_whose_mail_was_not_accepted_is_not_who_failed() -> None:
    header = "From: MAILER-DAEMON@mx.provider.example\nSubject: Mail Delivery Problem\n\n"
    report = read(header + "It could not be delivered: they are not accepting mail from neef@elders.example:\n\tgone\n")
    assert report is not None
    assert (report.recipients, report.action) == ((), Action.FAILED)


def test_the_version_of_a_program_is_no_status() -> None:
    header = "From: MAILER-DAEMON@mx.provider.example\nSubject: Mail delivery failed\n\n"
    report = read(header + "This is Exim 4.94.2.\n\n  gone@mail.example\n    mailbox is full, 5.2.2.\n")
    assert report is not None
    assert [each.status for each in report.recipients] == ["5.2.2"]


def test_a_read_receipt_that_does_not_call_itself_one_is_no_report() -> None:
    receipt = REPORT.replace(" report-type=delivery-status;", "").replace("delivery-status", "disposition-notification")
    assert read(receipt) is None


def test_a_neighbours_answer_is_no_report() -> None:
    assert read("From: jan@mail.example\nSubject: Re: Gele Polo\n\nHij stond hier.\n") is None


@needs_corpora
def test_real_reports_are_recognised() -> None:
    found = [read_delivery_report(read_message(path.read_bytes())) for path in corpus_files("bounce")]
    assert len(found) >= 460
    assert sum(report is not None for report in found) / len(found) >= 0.97


@needs_corpora
def test_real_reports_name_the_right_recipient() -> None:
    right = total = 0
    for path, wanted in expected("bounce", "rcpt", "temp", "final_rcpt", "orig_rcpt"):
        report = read_delivery_report(read_message(path.read_bytes()))
        named = {each.address.key for each in report.recipients} if report else set()
        right, total = right + bool(named and named <= wanted), total + 1
    assert total >= 300
    assert right / total >= 0.95


@needs_corpora
@pytest.mark.parametrize("kind", ["human", "auto-reply", "list", "spam", "forged", "notification", "command"])
def test_nothing_else_is_taken_for_a_report(kind: str) -> None:
    found = [read_delivery_report(read_message(path.read_bytes())) for path in corpus_files(kind)]
    assert found
    assert not [report for report in found if report is not None]


def test_no_field_of_a_report_makes_it_slow() -> None:
    before = time.process_time()
    for value in ("a" + " " * 200_000 + "x", "a" + " (" * 100_000, "a;" * 100_000):
        assert read(REPORT.replace("rfc822; gone@mail.example", value)) is not None
    assert time.process_time() - before < 3
