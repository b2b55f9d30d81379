"""What a first configuration has to know, as a person typed it or as an answers file holds it."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from pydantic import Field, ValidationError

from binrelay.config.fields import Values
from binrelay.config.values import (
    AddressValue,
    CountValue,
    HostValue,
    IdValue,
    LanguageValue,
    NameValue,
    NetworkNameValue,
    PlainValue,
    PortValue,
    SecurityValue,
    ServerIdValue,
    StoreValue,
)
from binrelay.config.yaml_file import Loc, Tree, read_tree
from binrelay.errors import ConfigError, Problem
from binrelay.model import Language, Security
from binrelay.setup.discovery import Resolver, discover
from binrelay.setup.providers import Server

_NOT_ID = re.compile(r"[^a-z0-9]+")


class ServerAnswers(Values):
    host: HostValue
    port: PortValue
    security: SecurityValue = Security.TLS
    ca_file: PlainValue | None = None


class PartnerAnswers(Values):
    name: NameValue
    address: AddressValue


class Answers(Values):
    """The keys of `binrelay init --answers FILE`."""

    name: NetworkNameValue
    address: AddressValue
    language: LanguageValue = Language.NL
    coordinators: list[AddressValue] = Field(min_length=1)
    partners: list[PartnerAnswers] = Field(min_length=1)
    username: PlainValue | None = None
    password: PlainValue | None = None
    imap: ServerAnswers | None = None
    smtp: ServerAnswers | None = None
    client_id: PlainValue | None = None  # of an app registration: the login is OAuth 2.0 at Microsoft
    id: IdValue | None = None
    store: StoreValue | None = None
    max_recipients: CountValue | None = None
    recipients_per_day: CountValue | None = None
    trusted_authserv_ids: list[ServerIdValue] = Field(default_factory=list)


def read_answers(file: Path) -> Answers:
    """Raises ConfigError: FILE:LINE:COL: key: what is wrong."""
    tree = read_tree(file)
    try:
        return Answers.model_validate({} if tree.value is None else tree.value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise ConfigError(
            tuple(_problem(tree, fault["loc"], _message(fault["type"], fault["msg"])) for fault in found)
        ) from None


def _message(kind: str, text: str) -> str:
    known = f"; known are: {', '.join(Answers.model_fields)}"
    return {"extra_forbidden": f"unknown key{known}", "missing": "is missing"}.get(kind, text)


def _problem(tree: Tree, loc: Loc, message: str) -> Problem:
    known = loc
    while known and known not in tree.values:
        known = known[:-1]
    line, column = tree.values.get(known, (0, 0))
    return Problem(tree.path, line, column, ".".join(map(str, loc)), message)


async def completed(answers: Answers, resolver: Resolver) -> Answers:
    """With both servers: those that were named, else the provider's."""
    if answers.imap and answers.smtp:
        return answers
    mailer = await discover(answers.address.domain, resolver)
    known = {
        "imap": answers.imap or server_answers(mailer.imap),
        "smtp": answers.smtp or server_answers(mailer.smtp),
        "max_recipients": answers.max_recipients or mailer.max_recipients,
        "recipients_per_day": answers.recipients_per_day or mailer.recipients_per_day,
    }
    return answers.model_copy(update=known)


def server_answers(server: Server) -> ServerAnswers:
    return ServerAnswers.model_construct(host=server.host, port=server.port, security=server.security, ca_file=None)


def short_name(name: str, taken: frozenset[str] = frozenset()) -> str:
    """An id made of a name: `BIN Wilhelminapark` → `wilhelminapark`."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    words = [word for word in _NOT_ID.split(plain) if word and word != "bin"]
    base = "-".join(words)[:60].strip("-") or "bin"
    return base if base not in taken else next(f"{base}-{n}" for n in range(2, 100) if f"{base}-{n}" not in taken)
