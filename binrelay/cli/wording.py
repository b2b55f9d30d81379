"""What several commands say in the same words: numbers and moments as a person writes them, what releasing does."""

from __future__ import annotations

from datetime import UTC, datetime


def counted(number: int, one: str, many: str = "") -> str:
    """`many` where it is not `one` with an s."""
    return f"{number} {one}" if number == 1 else f"{number} {many or one + 's'}"


def local_time(unix: float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """Seconds since 1970 by this machine's clock, for who sits at it."""
    return datetime.fromtimestamp(unix, UTC).astimezone().strftime(form)


def releasing(releases: str, reaches: int) -> str:
    """What happens to a held mail that is released."""
    if releases == "nothing":
        return "Not even releasing sends it."
    whom = "member" if releases in ("bulletin", "answer") else "recipient"
    return f"Releasing sends it as {releases} to {counted(reaches, whom)}."
