"""Which process has the other end of a connection on loopback. For tests only; Linux."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def whose(port: int, processes: Iterable[int]) -> int:
    """The one of the processes that connected from this port. Raises LookupError."""
    wanted = f"0100007F:{port:04X}"
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    sockets = {f"socket:[{fields[9]}]" for fields in lines if fields[1] == wanted}
    for process in processes:
        if sockets & _open_files(process):
            return process
    raise LookupError(f"port {port} is none of {processes}")


def _open_files(process: int) -> set[str]:
    folder = Path(f"/proc/{process}/fd")
    found = set()
    for entry in folder.iterdir():
        try:
            found.add(str(entry.readlink()))
        except FileNotFoundError:  # closed meanwhile
            continue
    return found
