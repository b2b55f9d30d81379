"""The SMTP envelope and what a server answers about it (RFC 5321). Pure. Never made from header text."""

from __future__ import annotations

from dataclasses import dataclass, field

from binrelay.mail.address import Address


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """What the server said about one recipient (RFC 5321 4.2)."""

    code: int
    status: str | None  # enhanced status code (RFC 3463), where it gave one
    text: str
    to_all: bool = field(default=False, compare=False)  # said behind the content, of everybody who was accepted before

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


@dataclass(frozen=True, slots=True)
class Envelope:
    """One transaction. `reverse_path` None is the null path `<>`. Recipients are distinct.

    `id` comes back in delivery reports (ENVID); without `notify` there are to be none (RFC 3461).
    """

    reverse_path: Address | None
    recipients: tuple[Address, ...]
    id: str = ""
    notify: bool = True
