"""What fuzzing starts from: our own samples, and small pieces that readers of mail trip over."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tests.settings.good import GOOD

CORPUS = Path(__file__).parents[1] / "corpus"
FINDS = Path(__file__).parent / "finds"
PIECES = (
    b"",
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b"\r\n\r\n",
    b"\r\n ",
    b"\t",
    b"=?utf-8?q?=0A?=",
    b"=?utf-8?b?",
    b"?=",
    b"=?x?Q?=3C?=",
    b"From: a@b.example\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"--b\r\n",
    b"--b--",
    b'boundary=""',
    b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"quoted-printable",
    b"charset=utf-7",
    b"charset=\xff",
    b"filename*0*=utf-8''%41",
    b"filename*1=x",
    b"name=a.exe",
    b"report-type=delivery-status",
    b"Final-Recipient: rfc822; a@b.example\r\n",
    b"Action: failed\r\n",
    b"Status: 5.1.1\r\n",
    b"Auto-Submitted: auto-replied\r\n",
    b"Return-Path: <>\r\n",
    b"Re: ",
    b"Antw: ",
    b"Fwd: ",
    b"K7Q4M2X9",
    b"(",
    b")",
    b"(((",
    b"\\",
    b'"',
    b"<",
    b">",
    b"<>",
    b"@",
    b",",
    b";",
    b":",
    b"dmarc=pass",
    b"mx.provider.example;",
    b"* 1 FETCH (UID 1 BODY[] {3}\r\n",
    b"{99999999}\r\n",
    b"NIL",
    b"250-",
    b"250 2.0.0 ok\r\n",
    b"550 5.1.1",
    b"- ",
    b"[",
    b"{",
    b"&a ",
    b"*a",
    b"!!python/object",
    b"<<: ",
    b"---\n",
    b"<p>",
    b"&#64;",
    b"&#x40;",
    b"<!--",
    b"-->",
    b"<style>",
    b"piet@mail.example",
    b"Piet Jansen",
    b"=40",
    b"=\r\n",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"MZ",
    b"\xff\xd8\xff\xe1",
    b"\x89PNG\r\n\x1a\n",
    b"GIF89a",
    b"RIFF",
    b"\xf0\x9f\x98\x80",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b"\xc2\x85",
    b"begin 644 a.exe\r\n",
    b".\r\n",
    b"\r.\r",
)
LINES = (
    b"mx.provider.example; dmarc=pass (p=none) header.from=politie.example; dkim=pass header.d=politie.example",
    b"from mx.a.example (mx.a.example [192.0.2.1]) by mx.provider.example (Postfix) with ESMTPS id 1; x",
    b'* 1 FETCH (UID 7 INTERNALDATE "24-Nov-2026 10:00:00 +0100" BODY[] {3}\r\nabc)\r\n* LIST (\\Noselect) "/" a\r\n',
    b'* SEARCH 1 2 3\r\n* NAMESPACE (("INBOX." ".")) NIL NIL\r\na1 OK [UIDNEXT 4] done\r\n',
    b"250-mx.provider.example\r\n250 PIPELINING\r\n550-5.1.1 no\r\n550 5.1.1 such user\r\n354 go\r\n",
    b"<p>Groet, <b>Piet</b> Jansen, pi<i>et</i>&#64;mail.example</p>",
    b"Re: [EXT] Antw: [BIN Oost K7Q4M2X9] Gele Polo",
    b"Jan <jan@x.example>",
    b'"a" <b@y.example> (c)',
    b"\xff\xd8\xff\xe1\x00\x10Exif\0\0II*\0\x08\0\0\0\0\0\xff\xda\0\x02\xff\xd9",
)


@lru_cache(maxsize=1)
def seeds() -> tuple[bytes, ...]:
    own = tuple(path.read_bytes() for path in sorted(CORPUS.glob("*.eml")))
    return (*own, *LINES, GOOD.encode(), b"")


def finds(target: str) -> list[Path]:
    """What once broke a promise of that target."""
    return sorted(FINDS.glob(f"{target}-*"))
