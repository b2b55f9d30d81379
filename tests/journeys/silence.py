"""What a journey has put into logs, status, notices and commands, searched for everybody and everything that was in it.

Invariant: `told_too_much` is asked at the end of every journey, by `Neighbourhood` itself; a journey cannot leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tests.support.sink import Delivery

# Commands that show a person, or a mail, to the admin at the terminal: that is what they are for.
SHOWING = frozenset({"explain", "data", "erase", "member", "preview", "check", "incident", "init", "held show"})
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+\.[a-z]+")
_SHORTEST = 6  # letters of a subject or a line that count; shorter ones are words that anybody uses


@dataclass
class Outputs:
    """Everything that leaves the daemon and the commands, but for mail to its own recipients."""

    log: str = ""
    statuses: list[str] = field(default_factory=list)
    commands: list[tuple[str, str]] = field(default_factory=list)  # the command, what it printed
    notices: list[str] = field(default_factory=list)


@dataclass
class Secrets:
    members: set[str] = field(default_factory=set)  # addresses
    others: set[str] = field(default_factory=set)  # addresses of partners, coordinators, strangers
    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)  # subjects and lines of text


def told_too_much(outputs: Outputs, secrets: Secrets) -> list[str]:
    """A line for each thing that stands where it must not."""
    personal = secrets.members | secrets.names
    found = [*_in("log", outputs.log, personal | secrets.others | secrets.words)]
    for status in dict.fromkeys(outputs.statuses):
        found += _in("status", status, personal)
    for command, printed in outputs.commands:
        found += [] if shows(command) else _in(command, printed, personal)
    for notice in outputs.notices:
        found += _in("notice", notice, personal)
    return sorted(set(found))


def shows(command: str) -> bool:
    words = command.split()
    return words[0] in SHOWING or " ".join(words[:2]) in SHOWING


def _in(where: str, text: str, secrets: Iterable[str]) -> Iterator[str]:
    folded = text.casefold()
    for secret in secrets:
        if secret.casefold() in folded:
            yield f"{where} shows {secret!r}"


def secrets_of(config: Path, members: Sequence[str], arrived: Sequence[bytes]) -> Secrets:
    """Everybody in the YAML, and every subject, address and line of the mails that arrived."""
    secrets = Secrets()
    for network in _networks(config):
        _people(network.get("members") or [], secrets)
    _people([YAML(typ="safe").load(member) for member in members], secrets)
    for content in arrived:
        _mail(message_from_bytes(content, policy=policy.default), secrets)
    secrets.others -= secrets.members
    return secrets


def _networks(config: Path) -> list[dict[str, object]]:
    try:
        return list(YAML(typ="safe").load(config.read_text())["networks"])
    except (OSError, YAMLError, TypeError, KeyError):
        return []  # a journey about a broken YAML; its members are known from before


def _people(members: object, secrets: Secrets) -> None:
    for member in members if isinstance(members, list) else []:
        entry = member if isinstance(member, dict) else {"address": member}
        secrets.members.update([str(entry.get("address")), *map(str, entry.get("also") or [])])
        secrets.names.update([str(entry["name"])] if entry.get("name") else [])


def _mail(message: EmailMessage, secrets: Secrets) -> None:
    subject = re.sub(r"^((Re|Fwd): |\[[^\]]*\] )*", "", str(message["Subject"] or ""))
    lines = [subject]
    for part in message.walk():
        if part.get_content_maintype() == "text":
            lines += [line.lstrip("> ").strip() for line in str(part.get_content()).splitlines()]
    secrets.words.update(line for line in lines if len(line) >= _SHORTEST)
    secrets.others.update(_ADDRESS.findall(" ".join([str(message["From"]), str(message["To"]), *lines])))


def notices_in(deliveries: Iterable[Delivery]) -> list[str]:
    """Header and text of every mail that binrelay wrote to the coordinators in its own name."""
    mails = [message_from_bytes(each.content, policy=policy.default) for each in deliveries]
    own = [mail for mail in mails if str(mail["From"]).startswith("binrelay ")]
    return [f"{mail}\n{mail.get_body(('plain',)).get_content()}" for mail in own]  # type: ignore[union-attr]
