"""Every exception of binrelay, on one page. They carry values; the words are made where a person reads them.

Adapters translate a library's errors into these at the border. What they cannot tell apart is temporary.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class BinrelayError(Exception):
    """Anything binrelay raises on purpose."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a configuration, at one place: `FILE:LINE:COL: key: message`."""

    file: Path
    line: int  # from 1; 0 where the file as a whole is meant
    column: int  # from 1; 0 likewise
    key: str  # dotted path as the admin writes it: networks.0.partners.1.senders
    message: str  # what is wrong and the cure, "did you mean …" included

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else f"{self.file}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class ConfigError(BinrelayError):
    """The configuration cannot be used; `problems` says every reason, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class TemporaryError(BinrelayError):
    """Trying again later may help."""


class PermanentError(BinrelayError):
    """Trying again will not help."""


class MailboxLost(TemporaryError):
    """The IMAP connection is gone or out of step: drop it and connect anew."""


class MailboxRefused(TemporaryError):
    """The IMAP server answered NO or BAD to `command`; the connection itself may be well."""

    def __init__(self, command: str, answer: str) -> None:
        super().__init__(f"{command}: {answer}")
        self.command, self.answer = command, answer


class FolderRenumbered(MailboxRefused):
    """No handle of that folder is worth anything any more; a new connection looks at it afresh."""


class LoginRefused(TemporaryError):
    """A server (`imap` or `smtp`) does not accept our name and password. Ask rarely: providers lock accounts."""

    def __init__(self, server: str, answer: str) -> None:
        super().__init__(f"{server}: login refused: {answer}")
        self.server, self.answer = server, answer


class TokenUnavailable(TemporaryError):
    """The token server gave no access token, and it is not said that it never will."""


class SubmissionFailed(TemporaryError):
    """No recipient of this transaction was accepted and none is to blame: connection, greeting, AUTH or MAIL.

    `code` is the SMTP reply code that ended it, 0 where there was none.
    """

    def __init__(self, phase: str, code: int = 0, text: str = "") -> None:
        super().__init__(f"{phase}: {code} {text}".strip())
        self.phase, self.code, self.text = phase, code, text


class SubmissionUncertain(TemporaryError):
    """The line broke after the final dot was written: the server may or may not have taken the mail."""


class WouldExpose(PermanentError):
    """The mail of this key names a member to somebody else; it does not go out."""


class StoreError(BinrelayError):
    """The database refused: disk full, read-only, newer schema, not a database."""


class StoreMissing(StoreError):
    """Nothing has been kept there yet; who only reads makes none."""


class StoreLost(StoreError):
    """The database server is not there at the moment, or made us give way: the same again may do."""


class AlreadyRunning(BinrelayError):
    """Another daemon holds this store."""
