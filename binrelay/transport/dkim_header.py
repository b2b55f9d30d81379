"""The header's part of a DKIM signature, by dkimpy: the key's arithmetic and the signed fields. Imported when needed.

Invariant: dkimpy never sees a body. It copies it several times, and a long row of blanks in it costs it minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import dkim

from binrelay.errors import TemporaryError

Lookup = Callable[[str], bytes | None]


def verify_header(head: bytes, at: int, lookup: Lookup) -> str:
    """The result of signature field number `at` of `head`, a header section with its empty line, but for the body.

    Raises what `lookup` raises, where that is a TemporaryError.
    """

    def key(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001 - dkimpy's shape; the deadline is ours
        return lookup(name.decode("ascii").lower().rstrip("."))

    try:
        return "pass" if _HeaderOnly(head, logger=_SILENT, minkey=1024).verify(idx=at, dnsfunc=key) else "fail"
    except TemporaryError:
        raise
    except dkim.ValidationError:
        return "fail"
    except Exception:  # dkimpy leaks IndexError, ValueError … on strangers' bytes
        return "permerror"


class _HeaderOnly(dkim.DKIM):  # type: ignore[misc]
    def verify_sig(self, sig: dict[bytes, bytes], *rest: object) -> bool:
        return bool(super().verify_sig({name: value for name, value in sig.items() if name != b"bh"}, *rest))


def _silent_logger() -> logging.Logger:
    logger = logging.Logger("dkimpy")  # not in the tree of loggers: it would write what a mail says into the log
    logger.disabled = True
    return logger


_SILENT = _silent_logger()
