"""What the replies to one SMTP transaction mean for each recipient (RFC 5321 3.3, 4.2, 4.5.3.1.10). Pure.

Invariant: a recipient's reply is its own RCPT reply or that to the end of the content, never another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from binrelay.errors import SubmissionFailed
from binrelay.mail.address import Address
from binrelay.mail.envelope import SmtpReply
from binrelay.transport.smtp_commands import Script

START_INPUT = 354
CLOSING = 421
_NOT_UNDERSTOOD = range(500, 505)  # to BDAT: about the command or its order, not about the mail


@dataclass(frozen=True, slots=True)
class Opening:
    """The replies before the content."""

    mail: SmtpReply
    rcpts: tuple[SmtpReply, ...]

    @property
    def anybody(self) -> bool:
        """Somebody is to get the content."""
        return self.mail.accepted and any(reply.accepted for reply in self.rcpts)


def conclude(script: Script, opening: Opening, end: SmtpReply | None) -> dict[Address, SmtpReply]:
    """One reply for each recipient of the envelope; `end` is that to the content, or to DATA where it was refused.

    Raises SubmissionFailed where the mail as a whole was refused before its content: that blames nobody.
    """
    if not opening.mail.accepted:
        raise failed("mail", opening.mail)
    replies = mend_too_many(opening.rcpts)
    if opening.anybody and end is not None:
        end = end if end.accepted else replace(end, to_all=True)
        replies = [end if reply.accepted else reply for reply in replies]
    return {**script.barred, **dict(zip(script.recipients, replies, strict=True))}


def chunk_refused(opening: Opening, end: SmtpReply) -> bool:
    """The server did not take BDAT itself, though somebody was to get the mail."""
    return opening.anybody and end.code in _NOT_UNDERSTOOD


def mend_too_many(replies: Sequence[SmtpReply]) -> list[SmtpReply]:
    """552 for "too many recipients" is an old mistake for 452; read it as temporary (RFC 5321 4.5.3.1.10).

    Without an enhanced status it means that only after somebody was accepted; else it is a full mailbox.
    """
    first = next((place for place, reply in enumerate(replies) if reply.accepted), len(replies))
    return [
        replace(reply, code=452, status="4.5.3")
        if reply.code == 552 and _too_many(reply, after_others=place > first)
        else reply
        for place, reply in enumerate(replies)
    ]


def _too_many(reply: SmtpReply, *, after_others: bool) -> bool:
    return reply.status == "5.5.3" or (reply.status is None and after_others)


def said(reply: SmtpReply) -> str:
    return f"{reply.status or ''} {reply.text}".strip()


def failed(phase: str, reply: SmtpReply) -> SubmissionFailed:
    return SubmissionFailed(phase, reply.code, said(reply))
