"""Whether a mail's author is proven, from what the provider's own server found out or from our own check. Pure.

Invariant: what can be read two ways, stands where a sender can write, or speaks about somebody else, proves nothing.

Where a field counts. Servers put their lines on top of what they were given, so a sender can write everything below the
line with which the provider took the mail over, and nothing above it. From the top down, a line of Received that both
ends of which belong to the provider (`trace.is_internal`: a filter, LMTP to the mailbox, the inner hops of a large
provider) may stand above the provider's result; the first one that came from outside ends the search. A mail without
Received, put into the mailbox by IMAP, has no such end: only the owner of the mailbox can put it there.

Two providers need a word of their own. Gmail writes its result directly below its own hand-over line and always writes
one. Microsoft names no server, renames what it is sent, and its border is `*.mail.protection.outlook.com`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from binrelay.mail.address import Address, domain_key
from binrelay.mail.authres import AuthenticationResults, Result, read_authentication_results
from binrelay.mail.domains import aligned, organizational_domain
from binrelay.mail.header import Field, Header
from binrelay.mail.lexical import UnreadableError
from binrelay.mail.trace import Hop, belongs, is_internal, read_hop

MICROSOFT = "microsoft"  # the trusted id that accepts the form without an id
_MICROSOFT_NAMES = frozenset({"outlook.com", "office365.com"})
_MICROSOFT_BORDER = ".mail.protection.outlook.com"
_WRITES_BELOW = frozenset({"mx.google.com"})
_NO_VERDICT = frozenset({"none", "bestguesspass"})  # the domain publishes no policy
_FAILURES = frozenset({"fail", "hardfail", "softfail", "quarantine", "reject"})


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"  # somebody checked, and says the author is forged
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`reason` is one plain English sentence; it names servers, never an address."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """One DKIM signature as verified by us. `result` is RFC 8601 2.7.1: pass fail none temperror permerror."""

    domain: str
    result: str


def read_evidence(
    header: Header, author: Address, *, trusted: tuple[str, ...], dkim_domain: str | None = None
) -> Evidence | None:
    """What the servers in `trusted` say about `author`; None where none is trusted (RFC 8601 4.1, 7.1).

    DMARC decides, and any DMARC failure refuses. Where the topmost trusted field has no DMARC verdict, an aligned DKIM
    pass will do; SPF never. With `dkim_domain` a DKIM pass of exactly that domain is asked for instead, for partners
    who mail through a service: a subdomain of a service may belong to another customer.
    """
    if not trusted:
        return None
    pinned = frozenset(name.lower() for name in trusted)
    try:
        fields = list(_counted(header, pinned))
        if not fields:
            return _absent(header, pinned)
        if any(field.results is None for field in fields):
            return _unproven(f"the result of {_name(fields[0])} cannot be read one way only")
        return _judge(fields, author, dkim_domain)
    except UnreadableError:
        return _unproven("an authentication result at the top of the mail cannot be read one way only")


def judge_signatures(
    signatures: tuple[SignatureResult, ...], author: Address, *, dkim_domain: str | None = None
) -> Evidence:
    """Our own verification. A broken signature proves no forgery: a forwarder breaks it as well."""
    passed = [signature.domain for signature in signatures if signature.result == "pass"]
    if any(_speaks_for(domain, author, dkim_domain) for domain in passed):
        return Evidence(Verdict.PASS, "a valid DKIM signature speaks for the author's domain")
    if passed:
        return _unproven("no valid DKIM signature is of the author's domain")
    return _unproven("no DKIM signature is valid" if signatures else "it has no DKIM signature")


def _unproven(reason: str) -> Evidence:
    return Evidence(Verdict.UNPROVEN, reason)


def _name(field: AuthenticationResults) -> str:
    return field.authserv_id or "Microsoft's server"


def _is_pinned(field: AuthenticationResults, pinned: frozenset[str]) -> bool:
    if field.authserv_id is None:
        return MICROSOFT in pinned
    return field.authserv_id in pinned - {MICROSOFT}


def _counted(header: Header, pinned: frozenset[str]) -> Iterator[AuthenticationResults]:
    """The pinned fields above the hand-over, topmost first. Raises Unreadable at one whose id cannot be told."""
    names = frozenset(organizational_domain(name) for name in pinned - {MICROSOFT})
    for at, field in enumerate(header.fields):
        if field.name == "authentication-results":
            results = read_authentication_results(field.value)
            if _is_pinned(results, pinned):
                yield results
        elif field.name == "received" and not _is_inner(read_hop(field.value), names, pinned):
            yield from _directly_below(header.fields[at:], pinned & _WRITES_BELOW)
            return


def _is_inner(hop: Hop | None, names: frozenset[str], pinned: frozenset[str]) -> bool:
    if hop is None:
        return False
    if is_internal(hop, names):
        return True
    # Microsoft's inner hops have public addresses without names; its border has hosts of its own.
    inner = MICROSOFT in pinned and not hop.by.endswith(_MICROSOFT_BORDER)
    return inner and belongs(hop.by, _MICROSOFT_NAMES) and belongs(hop.source or "", _MICROSOFT_NAMES)


def _directly_below(fields: tuple[Field, ...], writers: frozenset[str]) -> Iterator[AuthenticationResults]:
    """The result directly below the hand-over line `fields[0]`, where its server always writes there."""
    hop = read_hop(fields[0].value)
    below = next((field for field in fields[1:] if field.name != "received-spf"), None)
    if hop and hop.by in writers and below and below.name == "authentication-results":
        results = read_authentication_results(below.value)
        if results.authserv_id == hop.by:
            yield results


def _absent(header: Header, pinned: frozenset[str]) -> Evidence:
    below = any(_is_pinned(results, pinned) for results in _readable(header.all("authentication-results")))
    if below:
        return _unproven("the result stands below the line with which the mail was taken over: anyone can write there")
    return _unproven("it carries no result of a trusted server")


def _readable(texts: Iterable[str]) -> Iterator[AuthenticationResults]:
    for text in texts:
        try:
            yield read_authentication_results(text)
        except UnreadableError:
            continue


def _judge(fields: list[AuthenticationResults], author: Address, dkim_domain: str | None) -> Evidence:
    server, results = _name(fields[0]), fields[0].results or ()
    if dkim_domain is None:
        verdicts = _of(results, "dmarc")
        failed = any(result.value in _FAILURES for field in fields for result in _of(field.results or (), "dmarc"))
        if failed:
            return Evidence(Verdict.FAIL, f"{server} reports a DMARC failure: the author is probably forged")
        if any(result.value not in _NO_VERDICT for result in verdicts):
            return _dmarc(server, verdicts, author)
    signers = (_signer(result) for result in _of(results, "dkim") if result.value == "pass")
    if any(signer and _speaks_for(signer, author, dkim_domain) for signer in signers):
        return Evidence(Verdict.PASS, f"{server} reports a valid DKIM signature that speaks for the author")
    return _unproven(f"{server} reports neither a DMARC pass nor a DKIM signature that speaks for the author")


def _of(results: tuple[Result, ...], method: str) -> tuple[Result, ...]:
    return tuple(result for result in results if result.method == method)


def _dmarc(server: str, verdicts: tuple[Result, ...], author: Address) -> Evidence:
    judged = {(result.value, result.property("header.from")) for result in verdicts}
    if len(judged) > 1:
        return _unproven(f"{server} reports more than one DMARC verdict")
    value, domain = judged.pop()
    if value != "pass":
        return _unproven(f"{server} could not finish the DMARC check")
    if domain is not None and not aligned(domain.rpartition("@")[2], author.domain):
        return _unproven(f"{server} judged another author than the one that is shown")
    return Evidence(Verdict.PASS, f"{server} reports a DMARC pass")


def _signer(result: Result) -> str | None:
    """The signing domain of a DKIM pass; header.i stands in where there is no header.d (RFC 8601 2.7.1)."""
    signer = result.property("header.d")
    return signer if signer is not None else (result.property("header.i") or "").rpartition("@")[2]


def _speaks_for(signer: str, author: Address, dkim_domain: str | None) -> bool:
    if dkim_domain is None:
        return aligned(signer, author.domain)
    key = domain_key(signer)
    return key is not None and key == domain_key(dkim_domain)
