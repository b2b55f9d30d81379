"""A real Dovecot on loopback, and a coordinator's mail program to work in its mailboxes. For tests only.

`with Dovecot() as server:` starts the Debian package's server in a directory of its own and stops that one process
again. Whoever logs in with the password `secret` has a mailbox of that name: tests share a server, each takes a user.
"""

from __future__ import annotations

import contextlib
import getpass
import grp
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from types import TracebackType
from typing import Self

import trustme

from tests.support.mail_program import MailProgram

PROGRAM = Path("/usr/sbin/dovecot")
PASSWORD = "secret"
FULL = ("IMAP4rev1", "SASL-IR", "LITERAL+", "ENABLE", "IDLE", "NAMESPACE", "UIDPLUS", "MOVE", "UNSELECT", "CHILDREN")
_PATIENCE = 60.0  # seconds for a start or a stop on a busy machine

_CONFIGURATION = Template("""
base_dir = $home/run
state_dir = $home/state
log_path = $home/dovecot.log
protocols = $protocols
listen = 127.0.0.1
ssl = yes
ssl_cert = <$home/server.pem
ssl_key = <$home/server.pem
disable_plaintext_auth = no
auth_username_chars =
auth_failure_delay = 0
mail_location = $layout:$home/mail/%u
mail_home = $home/mail/%u
mail_uid = $owner
mail_gid = $group
first_valid_uid = 1
mail_max_userip_connections = 100
postmaster_address = postmaster@bin.example
$identity
$passwords
$tokens
userdb {
  driver = static
  args = allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = $separator
  prefix = $prefix
}
protocol imap {
  imap_capability = $capabilities
}
service anvil {
  $chroot
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  service_count = 0
  process_min_avail = 1
  $chroot
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = $tls_port
    ssl = yes
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
service lmtp {
  $lmtp
}
""")


@dataclass(frozen=True, slots=True)
class Options:
    separator: str = "/"
    prefix: str = ""  # of the personal namespace, such as "INBOX."
    without: Sequence[str] = ()  # capabilities that are not announced: MOVE, IDLE, UIDPLUS, NAMESPACE
    users: Mapping[str, str] | None = None  # name to password; None: anybody with PASSWORD
    layout: str = "maildir"  # or "sdbox"
    lmtp: bool = False
    introspection: str | None = None  # https://…?token= of a token server: it decides about XOAUTH2 logins
    introspection_ca: Path | None = None


class Dovecot:
    """`port` speaks IMAP in clear and STARTTLS, `tls_port` TLS (certificate for `localhost`), `lmtp_port` LMTP."""

    def __init__(self, options: Options = Options()) -> None:
        if not PROGRAM.exists():
            raise RuntimeError(f"{PROGRAM} is missing: apt-get install dovecot-imapd dovecot-lmtpd")
        self.options = options
        # Not pytest's tmp_path: Dovecot's own users cannot enter it, and its sockets need a short path.
        self.home = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.port, self.tls_port, self.lmtp_port = _free_ports(3)
        self.ca_file = self.home / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self._users = 0

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.home)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.home)

    def start(self) -> None:
        """Returns when the server answers. After `stop()` it starts again with the same mailboxes."""
        self._write_configuration()
        command = [str(PROGRAM), "-F", "-c", str(self.home / "dovecot.conf")]
        with (self.home / "console.log").open("ab") as console:
            self._process = subprocess.Popen(command, stdout=console, stderr=console, start_new_session=True)
        end = time.monotonic() + _PATIENCE
        while not _answers(self.port):
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"Dovecot did not start:\n{self.log()}")
            time.sleep(0.01)

    def stop(self) -> None:
        """Ends it and, by its hand, every connection."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(_PATIENCE)
            # Its workers outlive it by a second or, with somebody logged in, for good: the group is ours, end it.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        """Of the master process; every other one is below it."""
        assert self._process is not None
        return self._process.pid

    def log(self) -> str:
        files = (self.home / "console.log", self.home / "dovecot.log")
        return "".join(file.read_text("utf-8", "replace") for file in files if file.exists())

    def new_user(self) -> str:
        """A name nobody had before: its mailbox is empty."""
        self._users += 1
        return f"coordinator{self._users}@bin.example"

    def mail_program(self, user: str) -> MailProgram:
        password = (self.options.users or {}).get(user, PASSWORD)
        return MailProgram(self.port, user, password)

    def append(self, user: str, mailbox: str, content: bytes, *, date: float | None = None) -> None:
        with self.mail_program(user) as program:
            program.append(mailbox, content, date=date)

    def messages(self, user: str, mailbox: str) -> list[bytes]:
        with self.mail_program(user) as program:
            return program.messages(mailbox)

    def folders(self, user: str) -> list[str]:
        with self.mail_program(user) as program:
            return program.folders()

    def move(self, user: str, way: tuple[str, str], match: bytes) -> int:
        """Drags the mails that contain `match` from one folder to another; how many."""
        with self.mail_program(user) as program:
            return program.move(way, match)

    def _write_configuration(self) -> None:
        home, root = self.home, os.geteuid() == 0
        for folder in ("run", "state", "mail"):
            (home / folder).mkdir(exist_ok=True)
        home.chmod(0o755)
        if root:
            shutil.chown(home / "mail", "nobody", "nogroup")
        if not self.ca_file.exists():
            authority = trustme.CA()
            authority.cert_pem.write_to_path(self.ca_file)
            authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(home / "server.pem")
        (home / "dovecot.conf").write_text(self._configuration("nobody" if root else getpass.getuser(), root=root))

    def _configuration(self, owner: str, *, root: bool) -> str:
        options = self.options
        lmtp = f"inet_listener lmtp {{\n    address = 127.0.0.1\n    port = {self.lmtp_port}\n  }}"
        return _CONFIGURATION.substitute(
            home=self.home,
            protocols="imap lmtp" if options.lmtp else "imap",
            layout=options.layout,
            owner=owner,
            group="nogroup" if root else os.getegid(),
            identity="" if root else _as_ordinary_user(owner),
            chroot="" if root else "chroot =",
            passwords=self._password_database(),
            tokens=self._token_database(),
            separator=options.separator,
            prefix=options.prefix,
            capabilities=" ".join(word for word in FULL if word not in options.without),
            port=self.port,
            tls_port=self.tls_port,
            lmtp=lmtp if options.lmtp else "",
        )

    def _password_database(self) -> str:
        users = self.options.users
        if users is None:
            return f"passdb {{\n driver = static\n args = password={PASSWORD}\n}}"
        coded = ((name, b64encode(password.encode()).decode()) for name, password in users.items())
        (self.home / "users").write_text("".join(f"{name}:{{PLAIN.b64}}{word}\n" for name, word in coded))
        return f"passdb {{\n driver = passwd-file\n args = username_format=%u {self.home}/users\n}}"

    def _token_database(self) -> str:
        url, authority = self.options.introspection, self.home / "introspection-ca.pem"
        if url is None or self.options.introspection_ca is None:
            return ""
        authority.write_bytes(self.options.introspection_ca.read_bytes())  # where Dovecot's own user can read it
        lines = (f"introspection_url = {url}", "introspection_mode = get", "username_attribute = username")
        told = (*lines, "active_attribute = active", "active_value = true", f"tls_ca_cert_file = {authority}")
        (self.home / "oauth2.conf").write_text("\n".join(told) + "\n")
        passdb = f"passdb {{\n driver = oauth2\n mechanisms = xoauth2\n args = {self.home}/oauth2.conf\n}}"
        return f"auth_mechanisms = plain login xoauth2\n{passdb}"


def _as_ordinary_user(name: str) -> str:
    group = grp.getgrgid(os.getegid()).gr_name
    return f"default_internal_user = {name}\ndefault_internal_group = {group}\ndefault_login_user = {name}"


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [line.getsockname()[1] for line in held]
    for line in held:
        line.close()
    return ports


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE) as line:
            return line.recv(4) == b"* OK"
    except OSError:
        return False
