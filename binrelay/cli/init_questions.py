"""The questions of `init`, in an order that a person can answer. Each answer is read as the configuration reads it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic_core import PydanticCustomError

from binrelay.cli.asking import Question, agreed, ask, ask_optional, ask_secret
from binrelay.config.values import (
    choice_of,
    number_between,
    read_address,
    read_host,
    read_name,
    read_network_name,
    read_plain,
)
from binrelay.mail.address import Address
from binrelay.model import Language, Security
from binrelay.setup.answers import Answers, PartnerAnswers, server_answers
from binrelay.setup.discovery import DnsResolver, discover
from binrelay.setup.providers import Login, Mailer, Server
from binrelay.setup.trial import Mailbox
from binrelay.setup.words import Words, language_of

Value = TypeVar("Value")


class Questions:
    def __init__(self, words: Words, path: Path) -> None:
        self._words = words
        self._mailer: Mailer | None = None
        _say(words["welcome"].format(path=path) + "\n")

    def _ask(self, key: str, read: Callable[[object], Value], *, default: str = "", **values: str) -> Value:
        hint = self._words.get(f"h_{key}", self._words["h_text"])
        return ask(Question(self._words[key].format(**values), read, hint), default)

    def network(self) -> Answers:
        name = self._ask("name", read_network_name)
        address = self._ask("address", read_address)
        language = self._ask("language", choice_of(Language), default=language_of(os.environ).value)
        coordinators = self._ask("coordinators", _read_addresses)
        partners = [self._partner(self._ask("partner_name", read_name, default="Politie"))]
        while more := ask_optional(self._words["another"]):
            partners.append(self._partner(more))
        return Answers.model_construct(
            name=name, address=address, language=language, coordinators=coordinators, partners=partners
        )

    def _partner(self, name: str) -> PartnerAnswers:
        address = self._ask("partner_address", read_address, name=name)
        return PartnerAnswers.model_construct(name=name, address=address)

    def servers(self, answers: Answers) -> Answers:
        """Which servers, and how to get in; asked again after a login that failed."""
        words = self._words
        _say("")
        mailer = self._mailer or asyncio.run(discover(answers.address.domain, DnsResolver()))
        _say(words["found"].format(provider=mailer.name, imap=mailer.imap, smtp=mailer.smtp))
        if not agreed(words["servers_right"]):
            imap, smtp = self._server("imap_host", mailer.imap), self._server("smtp_host", mailer.smtp)
            mailer = Mailer(mailer.name, imap, smtp, mailer.login, mailer.max_recipients, mailer.recipients_per_day)
        self._mailer = mailer
        username = self._ask("username", read_plain, default=answers.username or answers.address.spelled)
        known = {
            "imap": server_answers(mailer.imap),
            "smtp": server_answers(mailer.smtp),
            "username": username,
            "max_recipients": mailer.max_recipients,
            "recipients_per_day": mailer.recipients_per_day,
        }
        return answers.model_copy(update={**known, **self._login(mailer)})

    def _login(self, mailer: Mailer) -> dict[str, str | None]:
        words = self._words
        if mailer.login is Login.MICROSOFT:
            _say(words["microsoft"].format(provider=mailer.name))
            return {"client_id": self._ask("client_id", read_plain), "password": None}
        if mailer.login is Login.APP_PASSWORD:
            _say(words["app_password"].format(provider=mailer.name))
        return {"password": ask_secret(words["password"]), "client_id": None}

    def _server(self, question: str, server: Server) -> Server:
        host = self._ask(question, read_host, default=server.host)
        port = self._ask("port", _read_port, default=str(server.port))
        security = self._ask("security", choice_of(Security), default=server.security.value)
        return Server(host, port, security)

    def pin(self, answers: Answers, mailbox: Mailbox) -> Answers:
        if not mailbox.judges:
            _say(self._words["no_pin"])
            return answers
        server, count = mailbox.judges[0]
        if not agreed(self._words["pin"].format(server=server, count=count, total=mailbox.looked_at)):
            return answers
        return answers.model_copy(update={"trusted_authserv_ids": [server]})

    def again(self) -> bool:
        return agreed(self._words["again"])


def _read_addresses(value: object) -> list[Address]:
    words = str(value).replace(",", " ").replace(";", " ").split()
    if not words:
        raise PydanticCustomError("refused", "at least one address is needed")
    return [read_address(word) for word in words]


def _read_port(value: object) -> int:
    text = str(value)
    return number_between(1, 65535)(int(text) if text.isdecimal() else value)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
