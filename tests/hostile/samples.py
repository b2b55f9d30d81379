"""Mails that want to cost much: each is one idea, blown up to the size that is asked for.

Invariant: a sample is lawful enough to be taken in: one author, addressed to the network.
"""

from __future__ import annotations

import io
import zipfile
from base64 import b64encode, encodebytes
from collections.abc import Callable

Build = Callable[[str, int], bytes]
_PROVEN = "Authentication-Results: mx.provider.example; dmarc=pass header.from=politie.example\r\n"


def _mail(sender: str, fields: str, body: bytes) -> bytes:
    head = f"{_PROVEN}From: {sender}\r\nTo: coordinator@bin-wilhelminapark.example\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\n"
    return f"{head}Message-ID: <1@mail.example>\r\n{fields}\r\n".encode("utf-8", "surrogateescape") + body


def _text(piece: bytes, *fields: str, first: str = "") -> Build:
    def build(sender: str, size: int) -> bytes:
        extra = "".join(f"{field}\r\n" for field in fields or ("Content-Type: text/plain; charset=utf-8",))
        return _mail(sender, f"Subject: Polo\r\n{extra}", first.encode() + piece * (size // len(piece)))

    return build


def _header(field: str, piece: str) -> Build:
    return lambda sender, size: _mail(sender, f"Subject: Polo\r\n{field}{piece * (size // len(piece))}\r\n", b"Dag\r\n")


def _attachment(content: Callable[[int], bytes], kind: str) -> Build:
    def build(sender: str, size: int) -> bytes:
        data = encodebytes(content(size * 3 // 4)).replace(b"\n", b"\r\n")
        part = f"--b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
        body = b"--b\r\n\r\nDag\r\n" + part + data + b"--b--\r\n"
        return _mail(sender, 'Subject: Polo\r\nContent-Type: multipart/mixed; boundary="b"\r\n', body)

    return build


def _multipart(piece: bytes) -> Build:
    return _text(piece, 'Content-Type: multipart/mixed; boundary="b"')


def _nested(sender: str, size: int) -> bytes:
    level = b"".join(
        b'--%d\r\nContent-Type: multipart/mixed; boundary="%d"\r\n\r\n' % (at, at + 1) for at in range(size // 60)
    )
    return _mail(sender, 'Subject: Polo\r\nContent-Type: multipart/mixed; boundary="0"\r\n', level)


def _mails_in_mails(sender: str, size: int) -> bytes:
    return _mail(
        sender,
        "Subject: Polo\r\nContent-Type: message/rfc822\r\n",
        b"Content-Type: message/rfc822\r\n\r\n" * (size // 32),
    )


def _picture_in_page(sender: str, size: int) -> bytes:
    jpeg = b64encode(b"\xff\xd8\xff\xe1\0\x09Exif\0\0!\xff\xda\0\x02" + bytes(size * 3 // 4) + b"\xff\xd9")
    return _text(b"<p>Dag<img src='data:image/jpeg;base64," + jpeg + b"'>", *_HTML)(sender, len(jpeg) + 42)


def _archive(size: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        for number in range(size // 200):
            writer.writestr(f"{number:08}/" + "n" * 30, b"x" * 40)
    return packed.getvalue()


def _failures(sender: str, size: int) -> bytes:
    line = b"<jan%d@buurt.example>: could not be delivered 550 5.1.1 user unknown\r\n" % size
    fields = "Subject: Undelivered Mail\r\nReturn-Path: <>\r\nContent-Type: text/plain\r\n"
    return _mail(sender, fields, line * (size // len(line)))


def _reports(sender: str, size: int) -> bytes:
    block = b"Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
    body = b"--b\r\nContent-Type: message/delivery-status\r\n\r\n" + block * (size // len(block)) + b"--b--\r\n"
    fields = 'Subject: x\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n'
    return _mail(sender, fields, body)


_HTML = ("Content-Type: text/html; charset=utf-8",)
_QUOTED = ("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable")
SAMPLES: dict[str, Build] = {
    "encoded words": _header("Subject: ", "=?utf-8?q?=41?= "),
    "addresses": _header("Cc: ", "a@b.example, "),
    "comments": _header("Received: ", "("),
    "folded lines": _header("X-Note: a", "\r\n b"),
    "many fields": _header("X-Note: a", "\r\nX-Note: a"),
    "parameters": _header("Content-Type: text/plain", "; a*0*=b"),
    "results": _header("Authentication-Results: ", "mx.provider.example; a=b; "),
    "empty parts": _multipart(b"--b\r\n\r\n"),
    "false boundaries": _multipart(b"--bb\r\n"),
    "nested parts": _nested,
    "mails in mails": _mails_in_mails,
    "blanks": _text(b" "),
    "line ends": _text(b"\r\n"),
    "zeros": _text(b"\0"),
    "one long word": _text(b"a"),
    "at signs": _text(b"a@b."),
    "addresses in text": _text(b"buur@elders.example "),
    "tags in text": _text(b"K7Q4M2X9 "),
    "quoted lines": _text(b"> > > Van: a\r\n"),
    "one strange letter": _text(b"a" * 4000 + b"\r\n", first="\N{PILE OF POO}"),
    "author's address": _text(b"jan@mail.example "),
    "author in HTML": _text(b"<b>j</b>an@mail.example<br>", *_HTML),
    "cyrillic": _text("Дача, ".encode()),
    "wide letters": _text("\ufdfa".encode()),
    "links": _text(b"%6Aan%40mail.example ", *_HTML),
    "long attribute": _text(b"%6Aan%40mail.example ", *_HTML, first="<a href='"),
    "picture in HTML": _picture_in_page,
    "brackets": _text(b"<", *_HTML),
    "html tags": _text(b"<p class=a>a</p>", *_HTML),
    "html entities": _text(b"&#64;", *_HTML),
    "html comments": _text(b"<!-- - ", *_HTML),
    "quoted-printable": _text(b"=3D=\r\n", *_QUOTED),
    "picture": _attachment(
        lambda size: b"\xff\xd8\xff\xda\0\x02" + bytes(size) + b"\xff\xd9", "image/jpeg; name=a.jpg"
    ),
    "picture segments": _attachment(
        lambda size: b"\xff\xd8" + b"\xff\xe1\0\x02" * (size // 4), "image/jpeg; name=a.jpg"
    ),
    "padding": _attachment(lambda size: b"a" * (size // 4), "application/pdf; name=a.pdf"),
    "archive": _attachment(_archive, "application/zip; name=a.zip"),
    "failures": _failures,
    "reports": _reports,
}
ROLES = {"partner": "wijkagent@politie.example", "member": "jan@mail.example"}
