"""Every reader of strangers' bytes, each with what must hold whatever it is given. Used by hypothesis and by atheris.

Invariant: a target takes any bytes, raises AssertionError where a promise is broken, and nothing else.
"""

from __future__ import annotations

import contextlib
import email.utils
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from binrelay.config import load_settings
from binrelay.errors import ConfigError
from binrelay.mail.author import read_author
from binrelay.mail.authres import read_authentication_results
from binrelay.mail.automatic import read_automatic
from binrelay.mail.body_hash import body_hash
from binrelay.mail.compose import write_message
from binrelay.mail.content import Unsafe, pseudonymous, relayed
from binrelay.mail.danger import find_danger
from binrelay.mail.dsn import read_delivery_report
from binrelay.mail.gate import find_exposures
from binrelay.mail.header import decode_words, read_header
from binrelay.mail.images import strip_metadata
from binrelay.mail.lexical import UnreadableError
from binrelay.mail.marks import read_marks
from binrelay.mail.message import read_message
from binrelay.mail.mime import Part, embedded, text_of, walk
from binrelay.mail.people import People
from binrelay.mail.read_texts import strip_tags
from binrelay.mail.report_keys import Ours
from binrelay.mail.scrub import redactor
from binrelay.mail.scrub_html import scrub_html
from binrelay.mail.seven_bit import seven_bit
from binrelay.mail.subject import read_subject
from binrelay.mail.tokens import find_tags, read_tag
from binrelay.mail.trace import is_internal, read_hop
from binrelay.transport.imap_text import read_date, read_fetch, read_folders, read_namespace, read_search
from binrelay.transport.imap_wire import Response, ResponseReader
from binrelay.transport.smtp_reply import GarbledReply, ReplyReader
from tests.corpus_table.judging import Leaf, is_relayed_whole, leaves
from tests.mail.outgoing import BOUNDARY, FIELDS, FOOTER, PIET, PSEUDONYM, address
from tests.settings.good import ENVIRON, write

OWN = address("coordinator@bin.example")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PIET = re.compile(r"(?<![\w.+-])piet@mail\.example(?![\w-])", re.IGNORECASE)  # "roopiet@…" is somebody else
_TYPE = re.compile(r"[\w!#$&^.+-]{1,60}/[\w!#$&^.+-]{1,100}", re.ASCII)  # none in use is longer
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_TAMED = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f]")


def header(data: bytes) -> None:
    found, body_at, cut = read_header(data, limit=4096)
    raw = b"".join(field.raw for field in found.fields)
    assert data.startswith(raw)
    assert len(raw) <= body_at <= len(data)
    assert not cut or len(data) > 4096
    assert not _CONTROL.search(decode_words("".join(field.value for field in found.fields)))


def author(data: bytes) -> None:
    found, _, _ = read_header(b"From: " + data.replace(b"\n\n", b"\n") + b"\r\n\r\n")
    authorship = read_author(found)
    assert (authorship.address is None) == (authorship.doubt is not None)
    if authorship.address:
        other = email.utils.parseaddr(found.first("from") or "")[1].lower()
        assert other.rpartition("@")[0] == authorship.address.key.rpartition("@")[0]


def authentication(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        found = read_authentication_results(data.decode("latin-1"))
        for result in found.results or ():
            with contextlib.suppress(UnreadableError):
                result.property("header.d")


def received(data: bytes) -> None:
    if hop := read_hop(data.decode("latin-1")):
        assert isinstance(is_internal(hop, frozenset({"provider.example"})), bool)


def mime(data: bytes) -> None:
    message = read_message(data)
    assert (message.root is None) == (message.unsafe is not None)
    for part in walk(message.root) if message.root else ():
        assert part.start <= part.body <= part.end <= len(data)
        text_of(part, data, limit=65_536)
        embedded(part, data)
    assert not _CONTROL.search(message.subject)


def report(data: bytes) -> None:
    if found := read_delivery_report(read_message(data), Ours(OWN, b"key")):
        assert len({each.address for each in found.recipients}) == len(found.recipients) <= 1000
        assert OWN not in {each.address for each in found.recipients}


def automatic(data: bytes) -> None:
    message = read_message(data)
    if message.unsafe is None:
        read_automatic(message)


def marks(data: bytes) -> None:
    found = read_marks(read_message(data), own=OWN, network_name="BIN Oost", subaddress="+")
    assert max(map(len, (found.references, found.text_tags, found.quotes, found.embedded_ids))) <= 500


def subject(data: bytes) -> None:
    found = read_subject(decode_words(data.decode("utf-8", "replace")), "BIN Oost")
    assert not _CONTROL.search(found.bare)


def tokens(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert all(read_tag(tag) == tag for tag in find_tags(text))


def imap(data: bytes) -> None:
    whole = list(ResponseReader().feed(data))
    reader = ResponseReader()
    assert [each for at in range(len(data)) for each in reader.feed(data[at : at + 1])] == whole
    for response in whole:
        _imap_readers(response)


def _imap_readers(response: Response) -> None:
    for read in (read_fetch, read_folders, read_namespace, read_search):
        with contextlib.suppress(ValueError):
            read([response])
    read_date(response[0])


def smtp(data: bytes) -> None:
    assert _replies([data]) == _replies([data[at : at + 1] for at in range(len(data))])


def _replies(pieces: list[bytes]) -> list[object]:
    reader = ReplyReader()
    found: list[object] = []
    try:
        for piece in pieces:
            found.extend(reader.feed(piece))
    except GarbledReply:
        found.append("garbled")
    return found


def yaml(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), "")
        path.write_bytes(data)
        with contextlib.suppress(ConfigError):
            load_settings(path, environ=ENVIRON)


def html(data: bytes) -> None:
    source = data.decode("utf-8", "replace")
    clean = scrub_html(source, redactor(PIET, PSEUDONYM))
    assert not _PIET.search(strip_tags(clean))


def _with_crlf(found: list[Leaf]) -> list[Leaf]:
    return [(kind, name, re.sub(rb"\r\n|\r|\n", b"\r\n", data)) for kind, name, data in found]


def _can_be_written(part: Part) -> bool:
    """What is no type goes out as bytes; a control in a header is tamed, and stands in the file name as something else. A
    name no file system can hold is cut.
    """
    if len(part.filename or "") > 255:
        return False
    tamed = any(_TAMED.search(field.raw) or _BARE.search(field.raw) for field in part.header.fields)
    return not tamed and _TYPE.fullmatch(part.media_type) is not None


def relay(data: bytes) -> None:
    """The round trip: composed as a bulletin, read back, every part as it came."""
    message = read_message(re.sub(rb"\r?\n", b"\r\n", data))
    if message.root is None:
        return
    out = write_message(FIELDS, relayed(message).above(FOOTER, boundary=BOUNDARY))
    assert not _BARE.search(out)
    again = read_message(out)
    before, after = leaves(message.root, message.content), leaves(again.root, out)
    if any(part.media_type == "multipart/signed" for part in walk(message.root)):  # its bare line ends become CRLF
        before, after = _with_crlf(before), _with_crlf(after)
    if all(map(_can_be_written, walk(message.root))):
        assert is_relayed_whole(before, after)
    assert len(before) == len(after) == 1 or [data for _, _, data in before] == [data for _, _, data in after[:-1]]
    assert [field.name for field in again.header.fields].count("from") == 1


def seven(data: bytes) -> None:
    """The same mail in seven bits: what goes out has proper lines and the same parts; mails inside are looked at below."""
    message = read_message(re.sub(rb"\r?\n", b"\r\n", data))
    if message.root is None:
        return
    out = write_message(FIELDS, relayed(message).above(FOOTER, boundary=BOUNDARY))
    plain = seven_bit(out)
    assert not _BARE.search(plain)
    before, after = leaves(read_message(out).root, out), leaves(read_message(plain).root, plain)
    assert [leaf[:2] for leaf in before] == [leaf[:2] for leaf in after]
    assert all(old == new for old, new in zip(before, after, strict=True) if old[0] != "message/rfc822")


def pseudonym(data: bytes) -> None:
    message = read_message(data)
    if message.root is None:
        return
    content = pseudonymous(message, FOOTER, person=PIET, pseudonym=PSEUDONYM, boundary=BOUNDARY)
    if not isinstance(content, Unsafe):
        assert not _BARE.search(write_message(FIELDS, content))


def danger(data: bytes) -> None:
    find_danger(read_message(data))


def images(data: bytes) -> None:
    clean = strip_metadata(data)
    assert clean is None or len(clean) <= len(data) + 64


def gate(data: bytes) -> None:
    """An address in plain bytes is seen, whatever stands before it."""
    assert find_exposures(data + b"\r\n jan@mail.example \r\n", People({"jan@mail.example"}))


def body(data: bytes) -> None:
    crlf = re.sub(rb"\r?\n", b"\r\n", data)
    for relaxed in (True, False):
        assert body_hash(crlf, 0, relaxed=relaxed, algorithm="sha256") == body_hash(
            crlf + b"\r\n\r\n", 0, relaxed=relaxed, algorithm="sha256"
        )


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (
        header, author, authentication, received, mime, report, automatic, marks, subject, tokens, imap, smtp, yaml, html,
        relay, seven, pseudonym, danger, images, gate, body,
    )
}  # fmt: skip
