"""What a member leaves behind in a year, in a minute; and the search for it afterwards. For tests only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests.journeys.neighbourhood import COORDINATOR, OFFICER, Neighbourhood, answer, mail

JAN, NAME = "jan@mail.example", "Jan Jansen-Timmermans"
ALSO = "j.timmermans@work.example"
PIET = "piet@mail.example"
LISTED = (f"{{address: {JAN}, name: {NAME}, also: [{ALSO}]}}", PIET, "fatima@post.example", "lucia@mail.example")
FORGED = "mx.provider.example; dmarc=fail header.from=work.example"
TRACES = (JAN, ALSO, NAME, "timmermans")


def live(hood: Neighbourhood) -> str:
    """A bulletin and the reply to it, the answer, an absence, a returned mail, a held one; the conversation's tag."""
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))
    hood.arrives(answer(hood.wait_for_mail_to(JAN), JAN, "In de Emmalaan.", proven=False))
    passed_on = hood.wait_for_mail_to(OFFICER)
    hood.arrives(answer(passed_on, OFFICER, "Dank u, wij komen langs bij de bakker."))
    hood.wait_for_mail_to(JAN, number=3)
    hood.arrives(mail(JAN, "Afwezig", "Tot maandag.\n", proven=False, fields={"Auto-Submitted": "auto-replied"}))
    hood.arrives(_returned())
    hood.arrives(mail(ALSO, "Schuur", "De deur staat open.\n", proven=False))
    hood.arrives(mail(ALSO, "Kluis", "Haast!\n", proven=False, fields={"Authentication-Results": FORGED}))
    hood.arrives(_encoded(PIET, "Lantaarn", f"Volgens {NAME} ({JAN}) is de lantaarn stuk.\n"))
    hood.quiet()
    _reject(hood, "Lantaarn")
    return str(passed_on["Subject"]).split("]")[0].split()[-1]


def _reject(hood: Neighbourhood, subject: str) -> None:
    """The coordinator decides that this one goes nowhere: a neighbour's mail that names the person is settled then."""
    hood.wait_for_folder("BIN/Wacht", number=2)
    waiting = map(json.loads, hood.command("held", "list", "--json").stdout.splitlines())
    (record,) = (each["id"] for each in waiting if each["subject"] == subject)
    hood.command("held", "reject", record)
    hood.wait_for_folder("BIN/Geweigerd")


def _returned() -> bytes:
    """RFC 3464, its text in base64."""
    report = EmailMessage(policy=policy.SMTP)
    report["From"], report["To"] = "MAILER-DAEMON@mail.example", COORDINATOR
    report["Subject"], report["Message-ID"] = "Undelivered Mail Returned to Sender", "<dsn1@mail.example>"
    report["Auto-Submitted"] = "auto-replied"
    report.set_content(f"<{JAN}>: mailbox full\n", cte="base64")
    status = (
        f"Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; {JAN}\r\nAction: failed\r\nStatus: 4.2.2\r\n"
    )
    report.add_attachment(status.encode(), maintype="message", subtype="x-delivery-status", cte="7bit")
    raw = report.as_bytes().replace(b"x-delivery-status", b"delivery-status")
    return raw.replace(b"multipart/mixed;", b"multipart/report; report-type=delivery-status;")


def _encoded(sender: str, subject: str, text: str) -> bytes:
    message = message_from_bytes(mail(sender, subject, "x\n", proven=False), policy=policy.SMTP)
    assert isinstance(message, EmailMessage)
    message.set_content(text, cte="base64")
    return message.as_bytes()


def found_in(files: list[Path]) -> list[str]:
    """Where somebody still stands: in the bytes, or in what a mail program would make of them."""
    return [
        f"{file}: {trace}"
        for file in files
        for reading in _readings(file.read_bytes())
        for trace in TRACES
        if trace.lower() in reading.lower()
    ]


def _readings(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    yield content.replace(b"\0", b"").decode("latin-1")
    message = message_from_bytes(content, policy=policy.default)
    for part in message.walk():
        yield "\n".join(f"{name}: {value}" for name, value in part.items())
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield payload.decode("utf-8", "replace")


def written_by_the_daemon(hood: Neighbourhood) -> list[Path]:
    """The state folder with all that lies beside the database, the log, and the configuration."""
    state = [file for file in (hood.folder / "state").rglob("*") if file.is_file()]
    assert any(file.suffix == ".sqlite3" for file in state)
    return [*state, hood.folder / "daemon.log", hood.config]


def folders_of_the_daemon(hood: Neighbourhood) -> list[Path]:
    """Every mail that lies in one of the four folders, as the mail server keeps it."""
    mailbox = hood.dovecot.home / "mail" / hood.user
    folders = [folder for folder in mailbox.iterdir() if folder.is_dir() and folder.name.startswith(".BIN")]
    assert len(folders) >= 4
    return [file for folder in folders for part in ("cur", "new", "tmp") for file in (folder / part).glob("*")]
