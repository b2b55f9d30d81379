"""`init`: from a few answers to a configuration that was tried. Nothing that exists is overwritten."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from binrelay.cli.exits import Exit, complain
from binrelay.cli.init_questions import Questions
from binrelay.cli.options import SYSTEM_YAML
from binrelay.config import to_settings
from binrelay.config.document import read_document
from binrelay.errors import BinrelayError, ConfigError, LoginRefused
from binrelay.model import Network, Secret
from binrelay.roster.replace import CannotWrite
from binrelay.roster.replace import replace as write_new
from binrelay.setup.answers import Answers, completed, read_answers
from binrelay.setup.compose import Composer, Secrets
from binrelay.setup.discovery import DnsResolver
from binrelay.setup.places import CREDENTIALS, Places, places_for
from binrelay.setup.trial import Mailbox, try_imap, try_smtp
from binrelay.setup.words import Words, words_for


def make_configuration(path: Path, *, answers: Path | None, passwords: Path | None, connect: bool) -> None:
    """Exits 73 where the file exists, 65 for bad answers, 75 and 77 where a server does not let us in."""
    words = words_for(os.environ)
    if path.exists() or path.is_symlink():
        complain(words["exists"].format(path=path))
        sys.exit(Exit.CANT_CREATE)
    beginning = Beginning(words, places_for(path, passwords), connect=connect)
    try:
        beginning.by_file(answers) if answers else beginning.by_questions()
    except (KeyboardInterrupt, EOFError):
        complain(f"\n{words['stopped']}")
        sys.exit(130)


class Beginning:
    def __init__(self, words: Words, places: Places, *, connect: bool) -> None:
        self._words, self._places, self._connect = words, places, connect
        self._tried = ""  # the server that was talked to last

    def by_file(self, file: Path) -> None:
        try:
            answers = asyncio.run(completed(read_answers(file), DnsResolver()))
            self._network(answers)
        except ConfigError as error:
            for problem in error.problems:
                complain(str(problem))
            sys.exit(Exit.DATA)
        if self._connect and not answers.client_id:
            try:
                mailbox = self._try(answers)
            except BinrelayError as error:
                complain(self._why_not(error))
                sys.exit(Exit.NO_PERMISSION if isinstance(error, LoginRefused) else Exit.TEMPORARY)
            if mailbox.judges and not answers.trusted_authserv_ids:
                _say(self._words["unpinned"].format(server=mailbox.judges[0][0]))
        self._write(answers)

    def by_questions(self) -> None:
        if not sys.stdin.isatty():
            complain("Nobody is there to ask: give the answers as a file, --answers FILE.")
            sys.exit(Exit.USAGE)
        questions = Questions(self._words, self._places.yaml)
        answers = questions.servers(questions.network())
        while not self._agree(answers):
            answers = questions.servers(questions.network())
        while self._connect and not answers.client_id:
            try:
                answers = questions.pin(answers, self._try(answers))
                break
            except BinrelayError as error:
                _say(self._why_not(error))
                if not questions.again():
                    raise KeyboardInterrupt from None
            answers = questions.servers(answers)
        self._write(answers)

    def _agree(self, answers: Answers) -> bool:
        """Whether the answers fit each other: one address has one role."""
        try:
            self._network(answers)
        except ConfigError as error:
            for problem in error.problems:
                _say(f"  {problem.key}: {problem.message}")
            return False
        return True

    def _try(self, answers: Answers) -> Mailbox:
        network = self._network(answers)
        _say(self._words["trying"])
        self._tried = f"{network.imap.host}:{network.imap.port}"
        mailbox = asyncio.run(try_imap(network, None))
        _say(self._words["imap_well"].format(folders=", ".join(mailbox.folders)))
        self._tried = f"{network.smtp.host}:{network.smtp.port}"
        asyncio.run(try_smtp(network, None))
        _say(self._words["smtp_well"])
        return mailbox

    def _why_not(self, error: BinrelayError) -> str:
        """A sentence in the admin's language; only what the server itself said stays as it is."""
        if isinstance(error, LoginRefused):
            return self._words["refused"].format(server=self._tried, reason=error.answer)
        return self._words["failed"].format(server=self._tried, reason=error)

    def _network(self, answers: Answers) -> Network:
        """As the daemon would read it, with the password that is not written down yet."""
        draft = {self._places.yaml: self._text(answers)}
        settings = to_settings(read_document(self._places.yaml, draft), environ={}, resolve_secrets=False)
        network = settings.networks[0]
        if answers.password is None:
            return network
        password = Secret(answers.password)
        return replace(
            network, imap=replace(network.imap, password=password), smtp=replace(network.smtp, password=password)
        )

    def _text(self, answers: Answers) -> str:
        imap, smtp = (self._places.told(self._places.password_name(server)) for server in ("imap", "smtp"))
        secrets = Secrets(imap, smtp, self._places.told("oauth2-refresh-token"))
        composer = Composer(self._words, store=answers.store or self._places.store, secrets=secrets)
        return composer.compose(answers)

    def _write(self, answers: Answers) -> None:
        self._network(answers)  # whatever was answered: what is written can be read
        files = {} if answers.password is None else dict.fromkeys(self._places.password_files, f"{answers.password}\n")
        files[self._places.yaml] = self._text(answers)
        written: list[Path] = []
        try:
            self._places.make_folders()
            for file, text in files.items():
                write_new(file, text, known=None, shared=file == self._places.yaml)
                written.append(file)
        except (CannotWrite, OSError) as error:
            for file in written:
                file.unlink()
            complain(str(error))
            sys.exit(Exit.CANT_CREATE)
        _say(self._words["written"].format(paths=", ".join(map(str, reversed(written)))))
        _say(self._words["next"].format(steps="\n".join(self._steps(answers))))

    def _steps(self, answers: Answers) -> Iterator[str]:
        """What to type now, as it works in this very shell."""
        where = "" if self._places.yaml == SYSTEM_YAML else f" -c {self._places.yaml}"
        if self._places.passwords == CREDENTIALS:
            yield f"  {self._words['step_passwords'].format(folder=CREDENTIALS)}"
        for name in ("authorize", "check", "members", "run") if answers.client_id else ("check", "members", "run"):
            yield f"  {self._words[f'step_{name}'].format(where=where)}"


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
