"""Verifies DKIM signatures ourselves (RFC 6376, 8463). Asks DNS; waiting and arithmetic are done in threads of its own.

Invariant: `signatures()` raises nothing and is bounded: so many signatures, so many seconds of DNS, time linear in the
mail. A signature that leaves room to change what a reader sees is never a pass.
"""

from __future__ import annotations

import asyncio
import re
from base64 import b64decode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from binrelay.errors import TemporaryError
from binrelay.mail.address import domain_key
from binrelay.mail.authentication import SignatureResult
from binrelay.mail.body_hash import body_hash
from binrelay.mail.header import Header, read_header
from binrelay.transport.dns import Records

_MOST_SIGNATURES = 5
_MOST_FIELDS = 50  # signature fields that are looked at for their domain
_LONGEST_FIELD = 4096  # characters; RSA with 4096 bits and a long list of fields needs 2000
_LONGEST_KEY = 2048  # bytes of a key record: larger moduli than 8192 bits cost seconds of arithmetic
_THREADS = 4
_DNS_SECONDS = 5.0  # for all signatures of one mail together
_SIGNED = frozenset({"from", "subject", "date"})  # RFC 6376 5.4.1; where the mail has them
# RFC 5322 3.6 allows one of each; readers differ in which of two they show (RFC 6376 8.15).
_SINGLE = ("from", "subject", "date", "to", "cc", "message-id", "reply-to", "in-reply-to", "references", "content-type",
           "content-transfer-encoding", "mime-version")  # fmt: skip
# RFC 8301 3.1: rsa-sha1 proves nothing any more.
_HASHES = {"rsa-sha256": "sha256", "ed25519-sha256": "sha256"}
_TAG_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SELECTOR = re.compile(r"[A-Za-z0-9_.-]{1,253}")
_BARE_CR = re.compile(rb"\r(?!\n)|\0")


class DkimVerifier:
    """Safe for many mails at once; a server that does not answer keeps nobody waiting but the mails that ask it."""

    def __init__(self, records: Records | None = None) -> None:
        self._records = records or Records()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="dkim")

    async def signatures(self, content: bytes, wanted: Callable[[str], bool]) -> tuple[SignatureResult, ...]:
        """A result for each signature whose domain is `wanted`, the topmost five of them; the others are "unasked".

        No key is looked up that could change nothing: a stranger's name server may be slow, and its keys costly.
        """
        header, body_at, cut = read_header(content)
        fields = header.all("dkim-signature")[:_MOST_FIELDS]
        if not fields:
            return ()
        mail = _Mail(content, header, body_at)
        domains = [_domain(field) for field in fields]
        asked = [at for at, domain in enumerate(domains) if domain and wanted(domain)][:_MOST_SIGNATURES]
        refused = cut or _is_ambiguous(header)
        loop = asyncio.get_running_loop()
        results = {} if refused else await loop.run_in_executor(self._threads, self._verify_all, mail, asked)
        found = {at: "unasked" if domain else "permerror" for at, domain in enumerate(domains)}
        found |= dict.fromkeys(asked, "permerror") | results
        return tuple(SignatureResult(domain, found[at], _selector(fields[at])) for at, domain in enumerate(domains))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify_all(self, mail: _Mail, asked: list[int]) -> dict[int, str]:
        deadline = self._records.now() + _DNS_SECONDS
        return {at: self._verify(mail, at, deadline) for at in asked}

    def _verify(self, mail: _Mail, at: int, deadline: float) -> str:
        from binrelay.transport.dkim_header import verify_header

        def key(name: str) -> bytes | None:
            record = self._records.get(name, deadline)
            return record if record is None or len(record) <= _LONGEST_KEY else None

        field = mail.header.all("dkim-signature")[at]
        if not _is_whole(field, mail.header):
            return "permerror"
        try:
            return verify_header(mail.head, at, key) if mail.body_is(_tags(field)) else "fail"
        except TemporaryError:
            return "temperror"
        except (KeyError, ValueError):  # an unknown algorithm, a hash that is no base64
            return "permerror"


class _Mail:
    """The mail while its signatures are verified; each form of its body is hashed once."""

    def __init__(self, content: bytes, header: Header, body_at: int) -> None:
        self.header = header
        self.head = b"".join(field.raw for field in header.fields) + b"\r\n"
        self._content, self._body_at = content, body_at
        self._hashes: dict[tuple[bool, str], bytes] = {}

    def body_is(self, tags: dict[str, str]) -> bool:
        """Whether it is the one that was signed. Raises ValueError where the signature is not written as it must be."""
        forms = tags.get("c", "simple/simple").split("/")
        form = (forms[1] if len(forms) > 1 else "simple") == "relaxed"
        method = _HASHES[tags.get("a", "")]
        if (form, method) not in self._hashes:
            self._hashes[form, method] = body_hash(self._content, self._body_at, relaxed=form, algorithm=method)
        return b64decode("".join(tags.get("bh", "").split()), validate=True) == self._hashes[form, method]


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


def _selector(field: str) -> str:
    name = _tags(field).get("s", "")
    return name if _SELECTOR.fullmatch(name) else ""


def _is_whole(field: str, header: Header) -> bool:
    """Whether the signature covers the whole body and the fields a reader goes by.

    RFC 6376 8.2: with l= anybody can add to the body. RFC 6376 5.4 demands From only; without Subject and Date an old,
    genuine mail could be sent again as news.
    """
    tags = _tags(field)
    signed = {name.strip().lower() for name in tags.get("h", "").split(":")}
    present = {name for name in _SIGNED if header.has(name)}
    return len(field) <= _LONGEST_FIELD and "l" not in tags and present <= signed
