"""The plain script of the comparison: takes the unseen mail out of the mailbox and sends it to everybody.

    script.py IMAP_PORT SMTP_PORT USER MEMBERS_FILE [each]

What a volunteer might write in an evening: no memory, no retry, one connection.
"""

from __future__ import annotations

import imaplib
import smtplib
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

SENDER = "announce@lists.example"


def unseen(port: str, user: str) -> Iterator[EmailMessage]:
    box = imaplib.IMAP4("127.0.0.1", int(port))
    box.login(user, "secret")
    box.select("INBOX")
    for number in box.search(None, "UNSEEN")[1][0].split():
        fetched = box.fetch(number, "(RFC822)")[1][0]
        assert isinstance(fetched, tuple)
        yield message_from_bytes(fetched[1], policy=policy.SMTP)
        box.store(number, "+FLAGS", "\\Seen")
    box.logout()


def one_each(server: smtplib.SMTP, message: EmailMessage, members: list[str]) -> None:
    for member in members:
        del message["To"]
        message["To"] = member
        server.sendmail(f"bounce+{member.replace('@', '=')}@lists.example", [member], message.as_bytes())


def in_batches(server: smtplib.SMTP, message: EmailMessage, members: list[str]) -> None:
    del message["To"]
    message["To"] = "undisclosed-recipients:;"
    content = message.as_bytes()
    for start in range(0, len(members), 50):
        server.sendmail(SENDER, members[start : start + 50], content)


def main() -> None:
    imap_port, smtp_port, user, members_file, *each = sys.argv[1:]
    members = Path(members_file).read_text().split()
    for message in unseen(imap_port, user):
        with smtplib.SMTP("127.0.0.1", int(smtp_port)) as server:
            (one_each if each else in_batches)(server, message, members)


if __name__ == "__main__":
    main()
