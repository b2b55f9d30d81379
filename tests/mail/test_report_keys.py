"""A report is attributed by what we wrote into the mail ourselves; guessing comes last."""

from __future__ import annotations

import pytest

from binrelay.mail.address import Address, parse_address
from binrelay.mail.dsn import Action, DeliveryReport, read_delivery_report
from binrelay.mail.message import read_message
from binrelay.mail.report_keys import Ours
from binrelay.mail.tokens import bounce_path, read_bounce_path

REPORT = """\
{fields}From: MAILER-DAEMON@mx.provider.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.provider.example
Original-Envelope-Id: {envelope_id}

Original-Recipient: rfc822; jan@mail.example
Final-Recipient: rfc822; {final}
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

{returned}From: bin@bin.example
Message-ID: <polo@bin.example>
X-Binrelay-Loop: oost bin@bin.example
Subject: [BIN] Gele Polo

Dag
--b--
"""


def address(text: str) -> Address:
    found = parse_address(text)
    assert found
    return found


OWN = address("bin@bin.example")
KEY = b"the installation's own key"
OURS = Ours(OWN, KEY)
PATH = bounce_path(OWN, 4711, key=KEY).key


def read(**changes: str) -> DeliveryReport:
    values = {"fields": "", "to": "bin@bin.example", "envelope_id": "m1", "final": "jan@mail.example", "returned": ""}
    text = REPORT.format(**(values | changes))
    report = read_delivery_report(read_message(text.replace("\n", "\r\n").encode()), OURS)
    assert report is not None
    return report


def test_every_key_of_ours_in_a_report_is_found() -> None:
    keys = read(to=PATH).keys
    assert (keys.rows, keys.envelope_id, keys.loop_mark) == ((4711,), "m1", "oost bin@bin.example")
    assert keys.message_ids == ("polo@bin.example",)


@pytest.mark.parametrize(
    "changes",
    [
        {"to": PATH.upper()},
        {"fields": f"Delivered-To: {PATH}\n"},
        {"fields": f"X-Original-To: <{PATH}>\n"},
        {"fields": f"Envelope-To: {PATH}\n"},
        {"returned": f"Return-Path: <{PATH}>\n"},
    ],
)
def test_the_return_address_of_one_recipient_is_found_wherever_servers_leave_it(changes: dict[str, str]) -> None:
    assert read(**changes).keys.rows == (4711,)


@pytest.mark.parametrize(
    "to",
    ["bin+b@bin.example", PATH.replace("+b", "+b0"), PATH.replace("+b", "+"), PATH.replace("bin.example", "other.example"),
     PATH.replace("bin+", "other+"), PATH.replace("4711", "9" * 30), "bin@bin.example"],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_return_address(to: str) -> None:
    assert read(to=to).keys.rows == ()


def test_the_key_tells_whose_mail_came_back_where_the_server_names_nobody() -> None:
    report = read(to=PATH, final="unknown")
    nameless = read_delivery_report(
        read_message(REPORT.format(fields="", to=PATH, envelope_id="", final="x", returned="")
                     .replace("Original-Recipient: rfc822; jan@mail.example\n", "").replace("\n", "\r\n").encode()), OURS
    )  # fmt: skip
    assert [str(each.address) for each in report.recipients] == ["jan@mail.example"]
    assert nameless is not None
    assert (nameless.recipients, nameless.keys.rows) == ((), (4711,))
    assert (nameless.action, nameless.status) == (Action.FAILED, "5.1.1")


def test_the_address_as_we_wrote_it_is_preferred_to_where_it_was_forwarded() -> None:
    (only,) = read(final="jan@new-home.example").recipients
    assert (str(only.address), str(only.original), str(only.final)) == (
        "jan@mail.example",
        "jan@mail.example",
        "jan@new-home.example",
    )
    assert only.formal


def test_microsoft_gives_a_mail_a_new_id_and_ours_is_found_beside_it() -> None:
    returned = "X-Microsoft-Original-Message-ID: <ours@bin.example>\n"
    assert read(returned=returned).keys.message_ids == ("polo@bin.example", "ours@bin.example")


def test_a_report_that_answers_our_mail_without_returning_it_is_attributed() -> None:
    assert "ours@bin.example" in read(fields="In-Reply-To: <ours@bin.example>\n").keys.message_ids


def test_a_mail_repeated_in_the_text_is_read_for_our_marks() -> None:
    text = (
        "From: MAILER-DAEMON@mx.example\nTo: bin@bin.example\nSubject: failure notice\n\n"
        "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<jan@mail.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\nReturn-Path: <bin@bin.example>\nMessage-ID: <polo@bin.example>\n"
        "X-Binrelay-Loop: oost bin@bin.example\nSubject: Gele Polo\n\nDag\n"
    )
    report = read_delivery_report(read_message(text.encode()), OURS)
    assert report is not None
    assert (report.keys.message_ids, report.keys.loop_mark) == (("polo@bin.example",), "oost bin@bin.example")
    assert (report.action, report.status) == (Action.FAILED, "5.1.1")


def test_who_was_late_first_and_failed_in_the_end_has_failed() -> None:
    both = REPORT.replace(
        "Status: 5.1.1\n",
        "Status: 5.1.1\n\nFinal-Recipient: rfc822; jan@mail.example\nAction: delayed\nStatus: 4.4.1\n"
        "\nFinal-Recipient: rfc822; piet@mail.example\nAction: delayed\nStatus: 4.4.1\n"
        "\nFinal-Recipient: rfc822; piet@mail.example\nAction: failed\nStatus: 5.4.7\n",
    ).format(fields="", to="bin@bin.example", envelope_id="m", final="jan@mail.example", returned="")
    report = read_delivery_report(read_message(both.replace("\n", "\r\n").encode()), OURS)
    assert report is not None
    assert [each.action for each in report.recipients] == [Action.FAILED, Action.FAILED]
    assert (report.action, report.status) == (None, None)


def test_what_is_written_as_a_return_address_is_read_back() -> None:
    for row in (1, 42, 10**17):
        assert read_bounce_path(bounce_path(OWN, row, key=KEY), OWN, key=KEY) == row


@pytest.mark.parametrize(
    "to",
    [
        "bin+b4711@bin.example",
        "bin+b4711-aaaaaaaaaa@bin.example",
        PATH.replace("4711", "4712"),
        bounce_path(OWN, 4711, key=b"a guess").key,
        bounce_path(OWN, 4711, key=b"").key,
    ],
    ids=["no hash", "another hash", "the hash of another row", "a key that is not ours", "no key"],
)
def test_who_guesses_the_number_of_a_member_does_not_make_that_members_mail_come_back(to: str) -> None:
    forged = read(to=to, returned=f"Return-Path: <{to}>\n")
    assert forged.keys.rows == ()
    assert forged.keys.message_ids == ("polo@bin.example",)  # what else it says is weighed as ever


def test_the_return_address_is_the_same_at_every_try_and_fits_in_any_envelope() -> None:
    longest = bounce_path(OWN, 10**17, key=KEY)
    assert longest == bounce_path(OWN, 10**17, key=KEY)
    assert len(longest.local) - len(OWN.local) <= 31  # RFC 5321 4.5.3.1.1: 64 octets in all


def test_who_has_no_key_attributes_nothing_by_number() -> None:
    assert read_bounce_path(bounce_path(OWN, 1, key=b""), OWN, key=b"") is None
