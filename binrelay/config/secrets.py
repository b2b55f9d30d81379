"""Fetches passwords from where they are kept: a systemd credential, the environment, a file, or the YAML itself.

Invariant: a password that other users of the machine can read is refused, and no message shows one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from binrelay.config.passwords import Keeper, PasswordSource, read_password
from binrelay.config.problems import Report
from binrelay.config.sources import variable_for
from binrelay.config.yaml_file import Loc, Yaml, child, items
from binrelay.errors import BinrelayError
from binrelay.model import Secret

_LIMIT = 64 * 1024  # bytes; no password or token is longer
_OTHERS = 0o077
_PASSWORD_IN_URL = re.compile(r"://[^/@:]*:[^/@]+@|[?&](?:ssl)?password=.")
_OAUTH2 = ("client_id", "client_secret", "refresh_token")
_OAUTH2_NEEDED = {"google": _OAUTH2, "microsoft": ("client_id", "refresh_token")}


class _SecretError(BinrelayError):
    """The message says what was tried and what to do."""


class Vault:
    """The secrets of one configuration, each under the location of its key. `files` are those that were read."""

    def __init__(
        self, report: Report, environ: Mapping[str, str], *, resolve: bool, optional: frozenset[str] = frozenset()
    ) -> None:
        """Secrets under the keys of `optional` need not be there yet."""
        self.files: list[Path] = []
        self._report = report
        self._environ = environ
        self._resolve = resolve
        self._optional = optional
        self._open: dict[Loc, Secret] = {}

    def __getitem__(self, loc: Loc) -> Secret | None:
        """None where nothing was written, or where secrets are not to be resolved."""
        return self._open.get(loc)

    def fill(self) -> None:
        """Fetches every secret the file names and reports each that cannot be had."""
        self._check_store()
        for loc, source in _sources(self._report.document.value):
            if source.keeper is Keeper.CLEAR and loc[-1] != "client_id":
                self._check_clear(loc)
            if self._resolve or source.keeper is Keeper.CLEAR:
                self._fetch(loc, source)

    def _fetch(self, loc: Loc, source: PasswordSource) -> None:
        try:
            text = self._find(source)
            _check_text(text)
        except _SecretError as error:
            if loc[-1] not in self._optional:
                self._report.error(loc, str(error))
        else:
            self._open[loc] = Secret(text)

    def _check_clear(self, loc: Loc) -> None:
        tree = self._report.document.tree
        if tree.mode & _OTHERS:
            cure = f"chmod 600 {tree.path}, or keep it elsewhere"
            self._report.error(
                loc, f"holds a password in clear in a file that others can read (mode {tree.mode:o}); {cure}"
            )

    def _check_store(self) -> None:
        store = self._report.document.value.get("store")
        if isinstance(store, str) and _PASSWORD_IN_URL.search(store) and not variable_for(("store",), self._environ):
            self._check_clear(("store",))

    def _find(self, source: PasswordSource) -> str:
        match source.keeper:
            case Keeper.CLEAR:
                return source.value
            case Keeper.FILE:
                return self._private_file(self._report.document.folder / source.value)
            case Keeper.ENV:
                return self._variable(source.value)
            case Keeper.SECRET:
                return self._secret(source.value)

    def _variable(self, name: str) -> str:
        value = self._environ.get(name)
        if value is None:
            raise _SecretError(f"the environment variable {name} is not set")
        return value

    def _secret(self, name: str) -> str:
        folder = self._environ.get("CREDENTIALS_DIRECTORY")
        if folder and (credential := Path(folder) / name).is_file():
            return self._content(credential)
        variable = secret_variable(name)
        if variable in self._environ:
            return self._environ[variable]
        ways = (
            f"LoadCredential={name}:PATH in the systemd unit (for a command you type: export "
            f"CREDENTIALS_DIRECTORY=/etc/credstore), or {variable} in the environment, or {{file: PATH}} here"
        )
        raise _SecretError(f'there is no secret "{name}"; give it by one of: {ways}')

    def _private_file(self, path: Path) -> str:
        try:
            mode = path.stat().st_mode & 0o777
        except OSError as error:
            raise _SecretError(f"{path} cannot be read: {error.strerror}") from error
        if mode & _OTHERS:
            raise _SecretError(f"{path} can be read by others (mode {mode:o}); chmod 600 {path}")
        return self._content(path)

    def _content(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                text = file.read(_LIMIT).decode("utf-8")
        except OSError as error:
            raise _SecretError(f"{path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise _SecretError(f"{path} is not UTF-8 text") from error
        self.files.append(path)
        return text.removesuffix("\n").removesuffix("\r")


def secret_variable(name: str) -> str:
    """The environment variable that may hold the secret: `imap-password` → `BINRELAY_SECRET_IMAP_PASSWORD`."""
    plain = "".join(char if char.isalnum() else "_" for char in name)
    return f"BINRELAY_SECRET_{plain.upper()}"


def _check_text(text: str) -> None:
    """A line break would end the login command and begin another."""
    if not text:
        raise _SecretError("the password found there is empty")
    if not text.isprintable():
        raise _SecretError("the password found there holds a line break or another control character")


def _sources(value: Yaml) -> Iterator[tuple[Loc, PasswordSource]]:
    for number, network in items(child(value, "networks")):
        for server in ("imap", "smtp"):
            loc: Loc = ("networks", number, server)
            account = child(network, server)
            yield from _source((*loc, "password"), child(account, "password"))
            yield from _oauth2((*loc, "auth", "oauth2"), child(child(account, "auth"), "oauth2"))


def _oauth2(loc: Loc, written: Yaml) -> Iterator[tuple[Loc, PasswordSource]]:
    """`google` alone means its secrets are kept under the usual names."""
    if isinstance(written, str):
        for key in _OAUTH2_NEEDED.get(written, ()):
            yield (*loc, key), PasswordSource(Keeper.SECRET, f"oauth2-{key.replace('_', '-')}")
    for key in _OAUTH2:
        yield from _source((*loc, key), child(written, key))


def _source(loc: Loc, written: Yaml) -> Iterator[tuple[Loc, PasswordSource]]:
    if written is None:
        return
    try:
        yield loc, read_password(written)
    except ValueError:  # refused, and reported, when the values are read
        return
