"""The first YAML of a network, with a remark on each line, as a person would write it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from binrelay.config.yaml_file import Yaml
from binrelay.roster.scalars import render
from binrelay.setup.answers import Answers, PartnerAnswers, ServerAnswers, short_name
from binrelay.setup.words import Words

_REMARK_AT = 60  # column


@dataclass(frozen=True, slots=True)
class Secrets:
    """How the YAML names where the secrets lie: `{secret: …}` or `{file: …}`."""

    imap: Yaml = None  # the password
    smtp: Yaml = None  # likewise
    refresh_token: Yaml = None


class Composer:
    def __init__(self, words: Words, *, store: str, secrets: Secrets) -> None:
        self._words = words
        self._store = store
        self._secrets = secrets

    def compose(self, answers: Answers) -> str:
        """`answers` with both servers."""
        return "".join(f"{line}\n" for line in self._lines(answers))

    def _lines(self, answers: Answers) -> Iterator[str]:
        ids = _ids(answers.partners)
        yield f"# {self._words['c_head'].format(name=answers.name)}"
        yield ""
        yield self._line(f"store: {render(self._store)}", "store")
        yield "networks:"
        yield self._line(f"  - id: {answers.id or short_name(answers.name)}", "id")
        yield self._line(f"    name: {render(answers.name)}", "name")
        yield self._line(f"    address: {render(answers.address.spelled)}", "address")
        yield self._line(f"    language: {answers.language.value}", "language")
        coordinators: list[Yaml] = [address.spelled for address in answers.coordinators]
        yield self._line(f"    coordinators: {render(coordinators)}", "coordinators")
        yield from self._servers(answers)
        yield self._pin(answers)
        yield self._line("    partners:", "partners")
        for partner, identity in zip(answers.partners, ids, strict=True):
            yield from self._partner(partner, identity)
        yield self._line(f"    reports_to: [{ids[0]}]", "reports")
        yield self._line("    members:", "members")

    def _servers(self, answers: Answers) -> Iterator[str]:
        if answers.imap and answers.smtp:
            yield self._line("    imap:", "imap")
            yield from self._server(answers, answers.imap, password=self._secrets.imap)
            yield self._line("    smtp:", "smtp")
            yield from self._server(answers, answers.smtp, password=self._secrets.smtp)
        for key in ("max_recipients", "recipients_per_day"):
            limit = getattr(answers, key)
            if limit is not None:
                yield self._line(f"      {key}: {limit}", "limits")

    def _server(self, answers: Answers, server: ServerAnswers, *, password: Yaml) -> Iterator[str]:
        yield f"      host: {render(server.host)}"
        yield f"      port: {server.port}"
        yield f"      security: {server.security.value}"
        if server.ca_file:
            yield f"      ca_file: {render(server.ca_file)}"
        if answers.client_id:
            yield f"      username: {render(answers.username or answers.address.spelled)}"
            token = render(self._secrets.refresh_token)
            identity = render(answers.client_id)
            yield f"      auth: {{oauth2: {{provider: microsoft, client_id: {identity}, refresh_token: {token}}}}}"
        elif answers.password:
            yield f"      username: {render(answers.username or answers.address.spelled)}"
            yield f"      password: {render(password)}"

    def _pin(self, answers: Answers) -> str:
        names: list[Yaml] = list(answers.trusted_authserv_ids)
        return self._line(f"    trusted_authserv_ids: {render(names)}", "pin" if names else "no_pin")

    def _partner(self, partner: PartnerAnswers, identity: str) -> Iterator[str]:
        address = render(partner.address.spelled)
        yield f"      - id: {identity}"
        yield f"        name: {render(partner.name)}"
        yield self._line(f"        senders: [{address}]", "senders")
        yield self._line(f"        replies_to: [{address}]", "replies")

    def _line(self, text: str, remark: str) -> str:
        return f"{text.ljust(_REMARK_AT)}  # {self._words[f'c_{remark}']}"


def _ids(partners: list[PartnerAnswers]) -> list[str]:
    ids: list[str] = []
    for partner in partners:
        ids.append(short_name(partner.name.split()[0], frozenset(ids)))
    return ids
