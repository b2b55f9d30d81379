"""A whole neighbourhood on real servers: Dovecot holds the coordinator's mailbox, a recording server is the provider's
submission, and the daemon between them is the real one, a process of its own. For tests only."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

from tests.journeys.silence import Outputs, notices_in, secrets_of, told_too_much
from tests.support.dovecot import PASSWORD, Dovecot
from tests.support.mail_program import MailProgram
from tests.support.nursery import Process, nursery
from tests.support.sink import Delivery, Habits, RecordingSink

ROOT = Path(__file__).parent.parent.parent
COORDINATOR = "coordinator@bin-wilhelminapark.example"
ANNA = "anna@home.example"
OFFICER = "wijkagent.oost@politie.example"
COUNCIL = "veiligheid@utrecht.example"
MEMBERS = ("jan@mail.example", "piet@mail.example", "fatima@post.example", "lucia@mail.example")
PROVEN = "Authentication-Results: mx.provider.example; dmarc=pass header.from={domain}\r\n"
PATIENCE = 60.0  # seconds; a journey takes one or two on a quiet machine

Found = TypeVar("Found")


def until(condition: Callable[[], Found], what: str, *, patience: float = PATIENCE) -> Found:
    """The first truthy value, or a failure that says what was waited for."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        assert time.monotonic() < deadline, f"waited {patience} s in vain: {what}"
        time.sleep(0.05)
    return found


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def mail(
    sender: str, subject: str, text: str, *, proven: bool = True, fields: Mapping[str, str] | None = None
) -> bytes:
    """A mail as the provider puts it into the coordinator's mailbox; `proven` adds the provider's own verdict."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = sender
    message["To"] = COORDINATOR
    message["Subject"] = subject
    message["Date"] = "Tue, 24 Nov 2026 09:00:00 +0100"
    message["Message-ID"] = f"<{abs(hash((sender, subject, text)))}@{sender.rpartition('@')[2].strip('>')}>"
    for name, value in (fields or {}).items():
        del message[name]
        message[name] = value
    message.set_content(text)
    domain = sender.rpartition("@")[2].strip(">")
    return (PROVEN.format(domain=domain).encode() if proven else b"") + message.as_bytes()


def answer(received: EmailMessage, sender: str, text: str, **more: Any) -> bytes:
    """A reply as mail programs write it: prefix, In-Reply-To, References and the quoted mail."""
    fields = {"In-Reply-To": received["Message-ID"], "References": received["Message-ID"]}
    body = received.get_body(("plain",))
    quoted = body.get_content() if body else ""
    whole = text + "\n\nOp 24 november schreef iemand:\n" + "".join(f"> {line}\n" for line in quoted.splitlines())
    return mail(sender, f"Re: {received['Subject']}", whole, fields={**fields, **more.pop("fields", {})}, **more)


class Neighbourhood:
    """`with Neighbourhood(dovecot, folder) as hood:` starts the provider; `hood.start()` the daemon."""

    def __init__(self, dovecot: Dovecot, folder: Path, *, habits: Habits | None = None) -> None:
        self.dovecot, self.folder = dovecot, folder
        self.user = dovecot.new_user()
        self.provider = RecordingSink(habits)
        self.smtp_port = 0
        self.members: Sequence[str] = MEMBERS
        self.config = folder / "binrelay.yaml"
        self._daemon: Process | None = None
        self._outputs = Outputs()
        self._arrived: list[bytes] = []

    def __enter__(self) -> Self:
        self.provider.__enter__()
        self.smtp_port = self.smtp_port or self.provider.port
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.provider.__exit__(kind, error, trace)
        if error is not None:
            sys.stderr.write(self.log())
        else:
            self._assert_nobody_was_exposed()

    def _assert_nobody_was_exposed(self) -> None:
        """Every journey ends with this: no output of the daemon or of a command shows who is a member, or what was written."""
        self._outputs.log = self.log()
        self._outputs.notices = notices_in(self.provider.deliveries)
        found = told_too_much(self._outputs, secrets_of(self.config, self.members, self._arrived))
        assert not found, "\n".join(found)

    # ------------------------------------------------------------ the daemon

    def configure(self, more: str = "", *, retry: str = "{first: 1s, longest: 2s}", smtp: str = "") -> None:
        """Writes the YAML; `more` are lines of the network."""
        listed = "\n".join(f"      - {member}" for member in self.members)
        text = f"""\
store: sqlite://{self.folder}/state/binrelay.sqlite3
retry: {retry}
networks:
  - id: wilhelminapark
    name: BIN Wilhelminapark
    address: {COORDINATOR}
    language: nl
    coordinators: [{ANNA}]
    imap: {{host: 127.0.0.1, port: {self.dovecot.port}, security: none, username: {self.user},
           password: {{secret: imap-password}}, keepalive: 2s}}
    smtp: {{host: 127.0.0.1, port: {self.smtp_port}, security: none{smtp}}}
    trusted_authserv_ids: [mx.provider.example]
    partners:
      - id: politie
        name: Politie Utrecht-Oost
        senders: [{OFFICER}]
        replies_to: [{OFFICER}]
      - id: gemeente
        name: Gemeente Utrecht
        senders: ["@utrecht.example"]
        replies_to: [{COUNCIL}]
    reports_to: [politie]
{more}
    members:
{listed}
"""
        draft = self.config.with_suffix(".new")
        draft.write_text(text)
        draft.chmod(0o600)
        draft.replace(self.config)

    def start(self, *options: str, patience: float = PATIENCE) -> None:
        """Returns when the mailbox is watched."""
        if not self.config.exists():
            self.configure()
        with self._log_file().open("ab") as log:
            self._daemon = self.daemon(*options, log=log)
        until(
            lambda: self.status().get("networks") and self.status()["networks"][0]["mailbox"] == "idle",
            "the daemon is up",
            patience=patience,
        )

    def daemon(self, *options: str, log: IO[Any]) -> Process:
        arguments = ("run", "-c", str(self.config), *options)
        return nursery().start(*arguments, environment=self._environment(), error=log)

    def stop(self) -> int:
        """SIGTERM, as systemd does; the exit code."""
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return 0
        daemon.send_signal(signal.SIGTERM)
        return daemon.wait(PATIENCE)

    def kill(self) -> None:
        """As the power does."""
        assert self._daemon is not None
        self._daemon.kill()
        self._daemon.wait(PATIENCE)
        self._daemon = None

    @property
    def pid(self) -> int:
        assert self._daemon is not None
        return self._daemon.pid

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        told = nursery().run(*arguments, "-c", str(self.config), environment=self._environment(), timeout=PATIENCE)
        self._outputs.commands.append((" ".join(arguments), told.stdout + told.stderr))
        return told

    def status(self) -> dict[str, Any]:
        """What `status --json` would print, read from where the daemon writes it."""
        file = self.folder / "state" / "binrelay.sqlite3.status"
        if self._daemon is not None and self._daemon.poll() is not None:
            raise AssertionError(f"the daemon ended with {self._daemon.returncode}:\n{self.log()}")
        try:
            self._outputs.statuses.append(raw := file.read_text())
            told: dict[str, Any] = json.loads(raw)
        except FileNotFoundError:
            return {}
        return told if self._daemon is not None and told["pid"] == self._daemon.pid else {}

    def log(self) -> str:
        file = self._log_file()
        return file.read_text() if file.exists() else ""

    def _log_file(self) -> Path:
        return self.folder / "daemon.log"

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "BINRELAY_SECRET_IMAP_PASSWORD": PASSWORD}

    # ------------------------------------------------------------ mail

    def arrives(self, content: bytes, *, date: float | None = None) -> None:
        self._arrived.append(content)
        self.dovecot.append(self.user, "INBOX", content, date=date)

    def box(self) -> MailProgram:
        """The coordinator's own mail program."""
        return self.dovecot.mail_program(self.user)

    def folder_of(self, name: str) -> list[bytes]:
        with self.box() as program:
            return program.messages(name)

    def sent_to(self, address: str) -> list[Delivery]:
        return [each for each in list(self.provider.deliveries) if address in each.rcpt_tos]

    def wait_for_mail_to(self, address: str, *, number: int = 1) -> EmailMessage:
        """The `number`th mail that address got."""
        found = until(lambda: self.sent_to(address)[number - 1 :], f"mail {number} to {address}")
        return read(found[0].content)

    @staticmethod
    def text_of(message: EmailMessage) -> str:
        body = message.get_body(("plain",))
        assert body is not None
        return str(body.get_content())

    def wait_for_folder(self, name: str, *, number: int = 1) -> list[bytes]:
        def full() -> list[bytes]:
            found = self.folder_of(name)
            return found if len(found) >= number else []

        return until(full, f"{number} in the folder {name}")

    def quiet(self) -> None:
        """Everything that arrived is decided and everything that is due is out."""
        until(lambda: not self.folder_of("INBOX") and self._nothing_due(), "INBOX empty, nothing due")

    def quiet_outbox(self) -> None:
        """Everything due is out, whatever lies in INBOX; two looks, for what is due may only just be found out."""
        for _ in range(2):
            until(lambda: self.status().get("networks") and self._nothing_due(), "nothing due")
            time.sleep(1.0)

    def _nothing_due(self) -> bool:
        networks = self.status().get("networks") or [{"queued": 1}]
        return not networks[0]["queued"]
