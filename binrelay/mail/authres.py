"""The Authentication-Results field (RFC 8601 2.2) and Microsoft's form of it without an id. Pure.

Invariant: a field that can be read two ways is not read at all; a property belongs to the result it stands behind.
"""

from __future__ import annotations

from dataclasses import dataclass

from binrelay.mail.lexical import Kind, Token, UnreadableError, tokens


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result: `dkim`, `pass`, and what stood behind it. Names and result are lower case."""

    method: str
    value: str
    properties: tuple[tuple[str, str], ...]  # ("header.d", "politie.example"), in order, repeats included

    def property(self, name: str) -> str | None:
        """Its one value; None where it is missing. Raises Unreadable where it is given twice with two values."""
        values = {value.lower() for key, value in self.properties if key == name}
        if len(values) > 1:
            raise UnreadableError
        return next(iter(values), None)


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """`results` is None where the id could be read and the rest could not."""

    authserv_id: str | None  # lower case; None: Microsoft's form, which names no server
    results: tuple[Result, ...] | None


def read_authentication_results(text: str) -> AuthenticationResults:
    """Reads one field body. Raises Unreadable where not even the id can be told."""
    try:
        clauses = _clauses(tokens(text))
    except UnreadableError:
        return AuthenticationResults(_leading_id(text), None)
    first = clauses[0]
    if not first:
        raise UnreadableError
    if not first[0].quoted and "=" in first[0].text:
        return AuthenticationResults(None, _results(clauses, anonymous=True))
    # RFC 8601 2.2: the id may be followed by a version of this field's grammar, and by nothing else.
    strange = len(first) > 2 or any(not word.text.isdecimal() for word in first[1:])
    return AuthenticationResults(first[0].text.lower(), None if strange else _results(clauses[1:], anonymous=False))


def _leading_id(text: str) -> str:
    """The id of a field that is broken further on: its server spoke, so nobody else may speak for it."""
    head = tokens(text.partition(";")[0])
    words = [token for token in head if token.kind is Kind.WORD]
    if not words or "=" in words[0].text:
        raise UnreadableError
    return words[0].text.lower()


def _clauses(found: tuple[Token, ...]) -> list[list[Token]]:
    clauses: list[list[Token]] = [[]]
    for token in found:
        if token.kind is Kind.SEMICOLON:
            clauses.append([])
        elif token.kind is Kind.WORD:
            clauses[-1].append(token)
    return clauses


def _results(clauses: list[list[Token]], *, anonymous: bool) -> tuple[Result, ...] | None:
    results: list[Result] = []
    for clause in clauses:
        # "none" says that nothing was checked; older Exchange Online puts the recipient's domain between the results.
        if not clause or (len(clause) == 1 and (clause[0].text.lower() == "none" or (anonymous and _bare(clause[0])))):
            continue
        try:
            pairs = _pairs(clause)
        except UnreadableError:
            return None
        method, value = pairs[0]
        results.append(Result(method.partition("/")[0], value.lower(), tuple(pairs[1:])))
    return tuple(results)


def _bare(word: Token) -> bool:
    return not word.quoted and "=" not in word.text


def _pairs(clause: list[Token]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for word in _joined(clause):
        name, equals, value = word.partition("=")
        if not name or not equals:
            raise UnreadableError
        pairs.append((name.lower(), value))
    return pairs


def _joined(clause: list[Token]) -> list[str]:
    """One `name=value` a word: spaces may stand around "=". `header.b= header.d=x` has two readings: Unreadable."""
    joined: list[str] = []
    for word in clause:
        waits = bool(joined) and joined[-1].count("=") == 1 and joined[-1].endswith("=")
        if waits and (word.quoted or "=" not in word.text):
            joined[-1] += word.text
        elif waits or word.quoted:
            raise UnreadableError
        elif joined and word.text.startswith("=") and "=" not in joined[-1]:
            joined[-1] += word.text
        else:
            joined.append(word.text)
    return joined
