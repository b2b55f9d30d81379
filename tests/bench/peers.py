"""Those we are measured beside: each can start, pass one mail on to all members of a list, and stop.

A peer's clock starts when it is handed the mail (those that are started for one mail: when they start); it ends with
the last recipient that the receiving server took.
"""

from __future__ import annotations

import os
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.bench.letters import LIST_DOMAIN, SENDER, append, inject, letter, member
from tests.bench.receiver import Receiver
from tests.support.dovecot import Dovecot
from tests.support.postfix import Postfix

BATCH = 50  # recipients in a transaction, for every peer alike
CONNECTIONS = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """One measurement: `members` recipients, a mail of `size` octets, in batches of 50 or one each (VERP)."""

    members: int
    size: int
    each: bool
    delay: int = 0  # milliseconds before each reply of the receiving server

    @property
    def list(self) -> str:
        return f"{'each' if self.each else 'bulk'}{self.members}"


class Peer(Protocol):
    name: str

    def start(self, cell: Cell) -> None: ...

    def go(self, cell: Cell) -> float:
        """Passes one mail on; the moment at which the clock started."""
        ...

    def stop(self) -> None: ...

    def servers(self) -> Iterator[int]:
        """Processes that are the benchmark's, not the peer's: a mail store."""
        ...


class Quiet:
    """A peer that runs only while it passes a mail on."""

    def start(self, cell: Cell) -> None:
        """Nothing runs between two mails."""

    def stop(self) -> None:
        """Nothing runs between two mails."""

    def servers(self) -> Iterator[int]:
        return iter(())


class SmtpSource(Quiet):
    """Postfix's load generator, in C: no list, no queue, no pipelining. The limit to be seen in the table."""

    name = "smtp-source"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver

    def go(self, cell: Cell) -> float:
        per = 1 if cell.each else BATCH
        options = {"-s": CONNECTIONS, "-m": cell.members // per, "-r": per, "-l": cell.size, "-f": SENDER}
        began = time.monotonic()
        words = [str(word) for pair in options.items() for word in pair]
        target = f"127.0.0.1:{self._receiver.port}"
        subprocess.run(["smtp-source", "-d", *words, "-t", "buur@straat.example", target], check=True)
        return began


class PlainScript(Quiet):
    """What one writes in an evening: imaplib, smtplib, one connection."""

    name = "plain script"

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._dovecot = Dovecot()
        self._user = ""

    def start(self, cell: Cell) -> None:
        self._dovecot.start()
        self._user = self._dovecot.new_user()

    def stop(self) -> None:
        self._dovecot.stop()

    def servers(self) -> Iterator[int]:
        yield self._dovecot.pid

    def go(self, cell: Cell) -> float:
        append(self._dovecot.port, self._user, letter(cell.size, to=SENDER))
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as members:
            members.write("".join(f"{member(number)}\n" for number in range(cell.members)))
            members.flush()
            ports = (str(self._dovecot.port), str(self._receiver.port))
            command = [sys.executable, str(Path(__file__).with_name("script.py")), *ports, self._user, members.name]
            began = time.monotonic()
            subprocess.run([*command, "each"] if cell.each else command, check=True)
        return began


class PostfixAlias:
    """Postfix's own expansion of one address to all members."""

    name = "Postfix alias"

    def __init__(self, receiver: Receiver) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._receiver = receiver
        self._postfix: Postfix | None = None

    def start(self, cell: Cell) -> None:
        table = Path(self._folder.name) / "aliases"
        Path(self._folder.name).chmod(0o755)
        table.write_text("".join(f"{key} {value}\n" for key, value in self._aliases(cell).items()))
        settings = {
            "virtual_alias_domains": LIST_DOMAIN,
            "virtual_alias_maps": f"texthash:{table}",
            "virtual_alias_expansion_limit": "100000",
            "smtpd_authorized_verp_clients": "127.0.0.0/8",
        }
        self._postfix = Postfix(default=f"smtp:[127.0.0.1]:{self._receiver.port}", settings=settings)
        self._postfix.start()

    def _aliases(self, cell: Cell) -> Mapping[str, str]:
        """Two levels: Postfix reads no line of 10,000 addresses."""
        parts = {
            f"part{first}@{LIST_DOMAIN}": ",".join(map(member, range(first, min(first + 100, cell.members))))
            for first in range(0, cell.members, 100)
        }
        return {f"{cell.list}@{LIST_DOMAIN}": ",".join(parts), **parts}

    def go(self, cell: Cell) -> float:
        assert self._postfix is not None
        to, began = f"{cell.list}@{LIST_DOMAIN}", time.monotonic()
        with smtplib.SMTP("127.0.0.1", self._postfix.port) as client:
            client.sendmail(SENDER, [to], letter(cell.size, to=to), mail_options=["XVERP"] if cell.each else [])
        return began

    def stop(self) -> None:
        if self._postfix is not None:
            self._postfix.stop()

    def servers(self) -> Iterator[int]:
        return iter(())


class Mlmmj(Quiet):
    """mlmmj 1.3: starts a process for each mail; no daemon."""

    name = "mlmmj"

    def __init__(self, receiver: Receiver) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._receiver = receiver

    def start(self, cell: Cell) -> None:
        place = Path(self._folder.name) / cell.list
        for name in ("incoming", "queue/discarded", "archive", "text", "subconf", "unsubconf", "bounce", "control",
                     "moderation", "subscribers.d", "digesters.d", "requeue", "nomailsubs.d"):  # fmt: skip
            (place / name).mkdir(parents=True, exist_ok=True)
        settings = {
            "listaddress": f"{cell.list}@{LIST_DOMAIN}",
            "owner": f"owner@{LIST_DOMAIN}",
            "relayhost": "127.0.0.1",
            "smtpport": str(self._receiver.port),
            "noarchive": "",
            **({} if cell.each else {"verp": "", "maxverprecips": str(BATCH)}),
        }
        for name, value in settings.items():
            (place / "control" / name).write_text(f"{value}\n" if value else "")
        (place / "index").touch()
        (place / "subscribers.d/b").write_text("".join(f"{member(number)}\n" for number in range(cell.members)))

    def go(self, cell: Cell) -> float:
        content = letter(cell.size, to=f"{cell.list}@{LIST_DOMAIN}")
        began = time.monotonic()
        command = [
            shutil.which("mlmmj-receive") or "mlmmj-receive",
            "-F",
            "-L",
            str(Path(self._folder.name) / cell.list),
        ]
        subprocess.run(command, input=content, env={**os.environ, "SENDER": SENDER}, check=True)
        return began


def by_lmtp(port: int, cell: Cell) -> float:
    to = f"{cell.list}@{LIST_DOMAIN}"
    return inject(smtplib.LMTP("127.0.0.1", port), to, letter(cell.size, to=to))
