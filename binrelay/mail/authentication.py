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
from dataclasses import dataclass, replace
from enum import StrEnum

from binrelay.mail.address import Address, domain_key
from binrelay.mail.authres import AuthenticationResults, Result, read_authentication_results
from binrelay.mail.domains import aligned, organizational_domain
from binrelay.mail.header import Field, Header
from binrelay.mail.lexical import UnreadableError
from binrelay.mail.trace import Hop, belongs, is_internal, read_hop

MICROSOFT = "microsoft"  # the trusted id that accepts the form without an id
_MICROSOFT_NAMES = frozenset({"outlook.com", "office365.com", "exchangelabs.com"})
_MICROSOFT_BORDER = ".mail.protection.outlook.com"
_WRITES_BELOW = frozenset({"mx.google.com"})
_NO_VERDICT = frozenset({"none", "bestguesspass"})  # the domain publishes no policy
_SHOWN = frozenset({"header.from", "header.d", "header.s", "smtp.mailfrom", "policy.dmarc", "action"})
_FAILURES = frozenset({"fail", "hardfail", "softfail", "quarantine", "reject"})


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105
    FAIL = "fail"  # somebody checked, and says the author is forged
    UNPROVEN = "unproven"
    UNREACHABLE = "unreachable"  # the key that could prove it cannot be looked up at the moment


@dataclass(frozen=True, slots=True)
class Evidence:
    """`reason` is one plain English sentence; it and `seen` name servers and domains, never an address."""

    verdict: Verdict
    reason: str
    seen: tuple[str, ...] = ()  # what it rests on: header fields by their place, or signatures with their results


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """One DKIM signature as verified by us. `result`: pass fail temperror permerror (RFC 8601 2.7.1), or unasked."""

    domain: str
    result: str
    selector: str = ""


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
        seen = tuple(map(_shown, fields))
        if any(field.results is None for field in fields):
            return _unproven(f"the result of {fields[0].server} cannot be read one way only", seen)
        return replace(_judge(fields, author, dkim_domain), seen=seen)
    except UnreadableError:
        return _unproven("an authentication result at the top of the mail cannot be read one way only")


def judge_signatures(
    signatures: tuple[SignatureResult, ...], author: Address, *, dkim_domain: str | None = None
) -> Evidence:
    """Our own verification. A broken signature proves no forgery: a forwarder breaks it as well."""
    seen = tuple(f"DKIM signature {each.selector}._domainkey.{each.domain}: {each.result}" for each in signatures)
    ours = [each.result for each in signatures if speaks_for(each.domain, author, dkim_domain)]
    if "pass" in ours:
        return Evidence(Verdict.PASS, "a valid DKIM signature speaks for the author's domain", seen)
    if "temperror" in ours:
        return Evidence(Verdict.UNREACHABLE, "the key of the author's DKIM signature cannot be looked up now", seen)
    if ours:
        return _unproven("no DKIM signature of the author's domain is valid", seen)
    return _unproven("no DKIM signature is of the author's domain" if signatures else "it has no DKIM signature", seen)


def speaks_for(signer: str, author: Address, dkim_domain: str | None = None) -> bool:
    """Whether a signature of the domain `signer` would prove the author."""
    if dkim_domain is None:
        return aligned(signer, author.domain)
    key = domain_key(signer)
    return key is not None and key == domain_key(dkim_domain)


def top_server(header: Header) -> str | None:
    """Who wrote the topmost result (RFC 8601 2.2), trusted or not; Microsoft's form names none and is `microsoft`."""
    value = header.first("authentication-results")
    if value is None:
        return None
    first = value.split(";")[0].split()
    if not first or "=" in first[0]:
        return MICROSOFT
    return first[0].lower()


@dataclass(frozen=True, slots=True)
class _Counted:
    """A result of a pinned server, and the place of its field in the header, from 1."""

    at: int
    authserv_id: str | None
    results: tuple[Result, ...] | None

    @property
    def server(self) -> str:
        return self.authserv_id or "Microsoft's server"


def _shown(field: _Counted) -> str:
    """What it said, in domains and words: values with an address in them are left out."""
    said = "; ".join(
        " ".join((f"{each.method}={each.value}", *_shown_properties(each))) for each in field.results or ()
    )
    return f"header field {field.at}, Authentication-Results of {field.server}: {said or 'not readable'}"


def _shown_properties(result: Result) -> Iterator[str]:
    return (f"{name}={value}" for name, value in result.properties if name in _SHOWN and "@" not in value)


def _unproven(reason: str, seen: tuple[str, ...] = ()) -> Evidence:
    return Evidence(Verdict.UNPROVEN, reason, seen)


def _is_pinned(field: AuthenticationResults, pinned: frozenset[str]) -> bool:
    if field.authserv_id is None:
        return MICROSOFT in pinned
    return field.authserv_id in pinned - {MICROSOFT}


def _counted(header: Header, pinned: frozenset[str]) -> Iterator[_Counted]:
    """The pinned fields above the hand-over, topmost first. Raises Unreadable at one whose id cannot be told."""
    names = frozenset(organizational_domain(name) for name in pinned - {MICROSOFT})
    for at, field in enumerate(header.fields, 1):
        if field.name == "authentication-results":
            results = read_authentication_results(field.value)
            if _is_pinned(results, pinned):
                yield _Counted(at, results.authserv_id, results.results)
        elif field.name == "received" and not _is_inner(read_hop(field.value), names, pinned):
            yield from _directly_below(header.fields, at, pinned & _WRITES_BELOW)
            return


def _is_inner(hop: Hop | None, names: frozenset[str], pinned: frozenset[str]) -> bool:
    if hop is None:
        return False
    if is_internal(hop, names):
        return True
    # Microsoft's inner hops have public addresses without names; its border has hosts of its own.
    inner = MICROSOFT in pinned and not hop.by.endswith(_MICROSOFT_BORDER)
    return inner and belongs(hop.by, _MICROSOFT_NAMES) and belongs(hop.source or "", _MICROSOFT_NAMES)


def _directly_below(fields: tuple[Field, ...], at: int, writers: frozenset[str]) -> Iterator[_Counted]:
    """The result directly below the hand-over line, the field at place `at`, where its server always writes there."""
    hop = read_hop(fields[at - 1].value)
    below = next((place for place in range(at, len(fields)) if fields[place].name != "received-spf"), None)
    if hop and hop.by in writers and below is not None and fields[below].name == "authentication-results":
        results = read_authentication_results(fields[below].value)
        if results.authserv_id == hop.by:
            yield _Counted(below + 1, results.authserv_id, results.results)


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


def _judge(fields: list[_Counted], author: Address, dkim_domain: str | None) -> Evidence:
    server, results = fields[0].server, fields[0].results or ()
    if dkim_domain is None:
        verdicts = _of(results, "dmarc")
        failed = any(result.value in _FAILURES for field in fields for result in _of(field.results or (), "dmarc"))
        if failed:
            return Evidence(Verdict.FAIL, f"{server} reports a DMARC failure: the author is probably forged")
        if any(result.value not in _NO_VERDICT for result in verdicts):
            return _dmarc(server, verdicts, author)
    signers = (_signer(result) for result in _of(results, "dkim") if result.value == "pass")
    if any(signer and speaks_for(signer, author, dkim_domain) for signer in signers):
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
