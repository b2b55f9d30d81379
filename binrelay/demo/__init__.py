"""`binrelay demo`: a whole neighbourhood on this computer, told on the terminal; no account, no internet.

    story ── stage ─┬─ servers   the provider: an IMAP server and an SMTP server on loopback
          │         ├─ relay     the real daemon, a process of its own
          │         └─ mailbox   Anna's mail program
          ├─ letters   what people write           ├─ checks    what must have come of it
          ├─ telling   what the terminal shows     └─ folder    the mails, to open

Invariant: nothing that is told about a decision is made up: it is read from the daemon's store and from mails that were
really delivered.
"""

from __future__ import annotations

from pathlib import Path


def tell_story(*, language: str, serve: bool, folder: Path | None) -> int:
    """Plays the whole story; the exit code: 0, or 1 where an expectation was not met or the story could not be told.

    `serve`: stays up afterwards, until Ctrl-C. `folder`: where the mails go, `demo-mails` where None.
    """
    from binrelay.demo.run import run_demo  # `binrelay --help` does without the servers' libraries

    return run_demo(language=language, serve=serve, folder=folder or Path("demo-mails"))
