"""A real PostgreSQL on a free loopback port, its data in a temporary folder. For tests only.

Invariant: it runs as an ordinary user (initdb refuses root), writes as durably as in production, listens on loopback
alone, and only the process started here is ended.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

_PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin"), Path("/usr/bin"))
_OWNER = "postgres"  # the Debian package's user; it owns nothing else here
_PATIENCE = 60.0  # seconds for a start or a stop on a busy machine
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "16MB",
    "password_encryption": "scram-sha-256",
}


class Postgresql:
    """`with Postgresql() as server:` starts it; `server.new_database()` is the URL of an empty database."""

    def __init__(self) -> None:
        self._programs = next((place for place in _PLACES if (place / "initdb").exists()), None)
        if self._programs is None:
            raise RuntimeError("PostgreSQL is missing: apt-get install postgresql-15")
        self.home = Path(tempfile.mkdtemp(prefix="postgresql-"))  # not pytest's tmp_path: its user cannot enter that
        self.data = self.home / "data"
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = 0

    def __enter__(self) -> Self:
        try:
            self._make()
            self.start()
        except BaseException:
            self.stop()
            shutil.rmtree(self.home)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()  # nothing of it is wanted any more
        shutil.rmtree(self.home)

    def start(self) -> None:
        """Returns when it answers. After `stop()` or `kill()` it starts again with the same databases."""
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        command = [*self._as_owner(), self._program("postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
        with self._log().open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.home, start_new_session=True)
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"PostgreSQL did not start:\n{self._log().read_text('utf-8', 'replace')}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ends its connections and writes everything down (a fast shutdown)."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As the power does: nothing is written down any more."""
        self._end(signal.SIGQUIT)

    def new_database(self) -> str:
        self._databases += 1
        name = f"binrelay{self._databases}"
        self.command(f"CREATE DATABASE {name}")
        return f"postgresql://{_OWNER}@127.0.0.1:{self.port}/{name}"

    def command(self, statement: str, *, database: str = "postgres") -> str:
        """What the server's own client prints."""
        line = ["-h", "127.0.0.1", "-p", str(self.port), "-U", _OWNER, "-d", database]
        command = [self._program("psql"), *line, "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        return subprocess.run(command, capture_output=True, check=True, text=True, cwd=self.home).stdout.strip()

    def tables(self, url: str) -> bytes:
        """The bytes of every file of that database's tables, after what is in memory was written to them."""
        self.command("CHECKPOINT")
        database = url.rpartition("/")[2]
        number = self.command("SELECT oid FROM pg_database WHERE datname = current_database()", database=database)
        return b"".join(file.read_bytes() for file in sorted((self.data / "base" / number).iterdir()))

    def _make(self) -> None:
        self.home.chmod(0o755)
        if os.geteuid() == 0:
            shutil.chown(self.home, _OWNER, _OWNER)
        options = ["--auth=trust", f"--username={_OWNER}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        command = [*self._as_owner(), self._program("initdb"), "-D", str(self.data), *options]
        subprocess.run(command, capture_output=True, check=True, cwd=self.home)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(number)
            process.wait(_PATIENCE)

    def _answers(self) -> bool:
        command = [self._program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def _program(self, name: str) -> str:
        assert self._programs is not None
        return str(self._programs / name)

    def _as_owner(self) -> list[str]:
        """setpriv becomes the program it starts, so that our signals reach that."""
        if os.geteuid() != 0:
            return []
        return ["setpriv", f"--reuid={_OWNER}", f"--regid={_OWNER}", "--clear-groups", "--"]

    def _log(self) -> Path:
        return self.home / "server.log"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as line:
        return int(line.getsockname()[1])
