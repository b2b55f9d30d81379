"""A real Postfix with its own configuration, queue and data in a temporary folder, on a free loopback port.

Invariant: it never asks the DNS, never leaves loopback, and ends only the processes it started. Needs root, as
Postfix itself does.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
shlib_directory = /usr/lib/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
local_transport = error:no local delivery
default_transport = {default}
transport_maps = texthash:{folder}/etc/transport
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
message_size_limit = 52428800
smtp_tls_security_level = none
smtputf8_enable = yes
"""
_SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
scache unix - - n - 1 scache
anvil unix - - n - 1 anvil
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
PATIENCE = 60.0  # seconds for a start or a stop


def installed() -> bool:
    return shutil.which("postfix") is not None and os.geteuid() == 0


class Postfix:
    """`with Postfix(default="smtp:[127.0.0.1]:2525") as postfix`.

    `default` is the transport of every mail, `transports` the exceptions: address or domain → transport, for example
    {"coordinator@bin.example": "lmtp:[127.0.0.1]:2424"}. `settings` are more lines of main.cf.
    """

    def __init__(
        self,
        *,
        default: str,
        transports: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.port = _free_port()
        self._folder = Path()
        self._default = default
        self._transports = transports or {}
        self._settings = settings or {}

    @property
    def log(self) -> str:
        path = self._folder / "maillog"
        return path.read_text() if path.exists() else ""

    def start(self) -> None:
        # Not pytest's folder: that one is closed to other users, and postfix's own must reach its data.
        self._folder = Path(tempfile.mkdtemp(prefix="postfix-"))
        try:
            self._write()
            self._postfix("start")
            _wait(self._listens, "Postfix does not listen")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        try:
            self._postfix("abort")
        finally:
            shutil.rmtree(self._folder)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _write(self) -> None:
        for name in ("etc", "queue", "data"):
            (self._folder / name).mkdir()
        shutil.chown(self._folder / "data", "postfix")
        self._folder.chmod(0o711)
        main = _MAIN.format(folder=self._folder, default=self._default)
        extra = "".join(f"{name} = {value}\n" for name, value in self._settings.items())
        routes = "".join(f"{key} {route}\n" for key, route in self._transports.items())
        (self._folder / "etc/main.cf").write_text(main + extra)
        (self._folder / "etc/master.cf").write_text(_SERVICES.format(port=self.port))
        (self._folder / "etc/transport").write_text(routes)

    def _postfix(self, action: str) -> None:
        command = ["postfix", "-c", str(self._folder / "etc"), action]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
        if done.returncode:
            raise RuntimeError(f"postfix {action}: {done.stderr}{self.log}")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(condition: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(complaint)
        time.sleep(0.02)
