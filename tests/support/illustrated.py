"""A bulletin as police write them: text, HTML with a picture in it, and a PDF. For tests only."""

from __future__ import annotations

from email import policy
from email.message import EmailMessage
from random import Random

HTML = '<html><body><p>Wie heeft deze <img src="cid:polo"> gezien?</p></body></html>'


def pdf(size: int) -> bytes:
    """`size` bytes that no program can make smaller, and that hold every byte value."""
    return b"%PDF-1.7\n" + Random(size).randbytes(size - 9)  # noqa: S311 - the same bytes in every run


def picture() -> bytes:
    return b"\xff\xd8\xff\xe0" + Random(1).randbytes(40_000)  # noqa: S311 - likewise


def illustrated(sender: str, to: str, *, attachment: int) -> bytes:
    """The mail; `attachment` is the size of the PDF in bytes."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, "Gele Polo"
    message["Date"] = "Tue, 24 Nov 2026 09:00:00 +0100"
    message["Message-ID"] = f"<polo-{attachment}@{sender.rpartition('@')[2]}>"
    message.set_content("Wie heeft vannacht een gele Polo gezien?\n")
    message.add_alternative(HTML, subtype="html")
    html = message.get_body(("html",))
    assert html is not None
    html.add_related(picture(), "image", "jpeg", cid="<polo>")
    message.add_attachment(pdf(max(attachment, 9)), "application", "pdf", filename="signalement.pdf")
    return message.as_bytes()
