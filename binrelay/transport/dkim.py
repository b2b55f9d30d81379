"""Verifies DKIM signatures ourselves (RFC 6376, 8463). Asks DNS; the arithmetic runs in a thread.

Invariant: `signatures()` raises nothing and is bounded: so many signatures, so many seconds of DNS. A signature that
leaves room to change what a reader sees is never a pass.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from binrelay.errors import TemporaryError
from binrelay.mail.address import domain_key
from binrelay.mail.authentication import SignatureResult
from binrelay.mail.header import Header, read_header

_MOST_SIGNATURES = 5
_DNS_SECONDS = 5.0  # for all signatures of one mail together
_CACHE_ENTRIES = 500
_LONGEST_TTL = 3600.0
_FAILURE_TTL = 30.0  # a missing key may be published any moment
_SIGNED = frozenset({"from", "subject", "date"})  # RFC 6376 5.4.1; where the mail has them
# RFC 5322 3.6 allows one of each; readers differ in which of two they show (RFC 6376 8.15).
_SINGLE = ("from", "subject", "date", "to", "cc", "message-id", "reply-to", "in-reply-to", "references", "content-type",
           "content-transfer-encoding", "mime-version")  # fmt: skip
_TAG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BARE_CR = re.compile(rb"\r(?!\n)|\0")


@dataclass(frozen=True, slots=True)
class TxtAnswer:
    """The TXT record of a name, strings joined; None where there is none. `ttl` in seconds."""

    record: bytes | None
    ttl: float


class Resolve(Protocol):
    def __call__(self, name: str, timeout: float) -> TxtAnswer:
        """Blocks at most `timeout` seconds. Raises TemporaryError where the answer is not known."""
        ...


def resolve_txt(name: str, timeout: float) -> TxtAnswer:  # the call is made in a thread
    """Asks the resolvers of this machine."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=timeout, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return TxtAnswer(None, _FAILURE_TTL)
    except (dns.exception.DNSException, OSError, UnicodeError) as error:
        raise TemporaryError(type(error).__name__) from error
    first = next(iter(answer))
    return TxtAnswer(b"".join(first.strings), float(answer.rrset.ttl if answer.rrset else 0))


class DkimVerifier:
    """Safe for many mails at once; keys are remembered for their TTL, at most an hour."""

    def __init__(self, resolve: Resolve = resolve_txt, *, now: Callable[[], float] = time.monotonic) -> None:
        self._resolve, self._now = resolve, now
        self._cache: dict[str, tuple[float, bytes | None]] = {}

    async def signatures(self, content: bytes) -> tuple[SignatureResult, ...]:
        """The result of each of the topmost five signatures, in order; empty where there is none."""
        header, _, cut = read_header(content)
        fields = header.all("dkim-signature")[:_MOST_SIGNATURES]
        if not fields:
            return ()
        if cut or _is_ambiguous(header):
            return tuple(SignatureResult(_domain(field), "permerror") for field in fields)
        return await asyncio.to_thread(self._verify_all, content, fields, header)

    def _verify_all(self, content: bytes, fields: tuple[str, ...], header: Header) -> tuple[SignatureResult, ...]:
        deadline = self._now() + _DNS_SECONDS
        results: list[SignatureResult] = []
        for index, field in enumerate(fields):
            result = self._verify(content, index, deadline) if _is_whole(field, header) else "permerror"
            results.append(SignatureResult(_domain(field), result))
        return tuple(results)

    def _verify(self, content: bytes, index: int, deadline: float) -> str:
        import dkim

        def key(name: bytes, timeout: float = 0) -> bytes | None:  # noqa: ARG001 - our deadline is for the whole mail
            return self._key(name.decode("ascii").lower().rstrip("."), deadline)

        try:
            verifier = dkim.DKIM(content, logger=_SILENT, minkey=1024)
            return "pass" if verifier.verify(idx=index, dnsfunc=key) else "fail"
        except TemporaryError:
            return "temperror"
        except dkim.ValidationError:
            return "fail"
        except Exception:  # dkimpy leaks IndexError, ValueError … on strangers' bytes
            return "permerror"

    def _key(self, name: str, deadline: float) -> bytes | None:
        now = self._now()
        if (known := self._cache.get(name)) and known[0] > now:
            return known[1]
        if now >= deadline:
            raise TemporaryError("no time left for DNS")
        answer = self._resolve(name, deadline - now)
        if len(self._cache) >= _CACHE_ENTRIES:
            self._cache.clear()
        self._cache[name] = (now + min(answer.ttl, _LONGEST_TTL), answer.record)
        return answer.record


def _silent_logger() -> logging.Logger:
    logger = logging.Logger("dkimpy")  # not in the tree of loggers: it would write what a mail says into the log
    logger.disabled = True
    return logger


_SILENT = _silent_logger()


def _is_ambiguous(header: Header) -> bool:
    """Two readers could see two mails: fields twice, lines that are no field, bare CR that some take for a line end."""
    return (
        any(len(header.all(name)) > 1 for name in _SINGLE)
        or any(not field.name or _BARE_CR.search(field.raw) for field in header.fields)
        or not header.has("from")
    )


def _tags(field: str) -> dict[str, str]:
    """The tag list (RFC 6376 3.2); empty where any tag is malformed or given twice."""
    tags: dict[str, str] = {}
    for text in field.rstrip(" \t;").split(";"):
        name, equals, value = (piece.strip() for piece in text.partition("="))
        if not equals or not _TAG_NAME.fullmatch(name) or name in tags:
            return {}
        tags[name] = value
    return tags


def _domain(field: str) -> str:
    """The signing domain; "" where it is no domain."""
    return domain_key(_tags(field).get("d", "")) or ""


def _is_whole(field: str, header: Header) -> bool:
    """Whether the signature covers the whole body and the fields a reader goes by.

    RFC 6376 8.2: with l= anybody can add to the body. RFC 6376 5.4 demands From only; without Subject and Date an old,
    genuine mail could be sent again as news.
    """
    tags = _tags(field)
    signed = {name.strip().lower() for name in tags.get("h", "").split(":")}
    present = {name for name in _SIGNED if header.has(name)}
    return bool(_domain(field)) and "l" not in tags and present <= signed
