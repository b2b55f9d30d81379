"""Certificate authorities of the admin's own (`ca_file`): whether their files can be used. Reads those files, nothing else.

Invariant: what the daemon would stumble over at its first connection is told before, with its place in the file.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from binrelay.config.problems import Report
from binrelay.config.yaml_file import Loc, child, items


def check_authorities(report: Report) -> None:
    for number, network in items(report.document.value.get("networks")):
        for server in ("imap", "smtp"):
            loc: Loc = ("networks", number, server, "ca_file")
            written = child(child(network, server), "ca_file")
            if isinstance(written, str) and written.strip() and (why := _unusable(report.document.folder / written)):
                report.error(loc, why)


def _unusable(path: Path) -> str | None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError:
        return f"{path} holds no certificate; it must be a PEM file"
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    return None
