"""Mails that nobody here wrote: each is read, none is changed, the forged ones deceive nobody. No text is printed."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from binrelay.mail.address import parse_address
from binrelay.mail.marks import read_marks
from binrelay.mail.message import read_message
from binrelay.mail.mime import embedded, text_of, walk

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
OWN = parse_address("coordinator@bin-wilhelminapark.example")
# What only the authentication verdict can tell: the From field is plain.
PLAIN_FORGERIES = {
    "client_a3",
    "server_a1",
    "server_a2",
    "server_a3",
    "server_a4",
    "server_a5",
    "server_a6",
    "server_a7",
}


@pytest.fixture(scope="module")
def corpora() -> Path:
    if not CORPORA.is_dir():
        pytest.skip(f"the shared mail corpora are not at {CORPORA}")
    return CORPORA


def _files(corpora: Path) -> Iterator[Path]:
    return (path for path in sorted(corpora.rglob("*")) if path.is_file())


def test_every_file_is_read_in_half_a_second(corpora: Path) -> None:
    assert OWN is not None
    slow, count = [], 0
    for path in _files(corpora):
        content = path.read_bytes()
        before = time.process_time()
        message = read_message(content)
        for part in walk(message.root) if message.root else ():
            text_of(part, content)
            embedded(part, content)
        read_marks(message, own=OWN, network_name="BIN Wilhelminapark", subaddress="+")
        count += 1
        if time.process_time() - before >= 0.5:
            slow.append(path.name)
    assert count > 1500
    assert slow == []


def test_every_byte_stays(corpora: Path) -> None:
    changed = []
    for path in _files(corpora):
        content = path.read_bytes()
        message = read_message(content)
        raw = b"".join(field.raw for field in message.header.fields)
        gap = content[len(raw) : message.body_at]
        if not content.startswith(raw) or gap not in (b"", b"\n", b"\r\n"):
            changed.append(path.name)
    assert changed == []


def test_parts_tile_their_parent(corpora: Path) -> None:
    """Between two parts there is a boundary line and nothing else."""
    odd = []
    for path in _files(corpora):
        content = path.read_bytes()
        root = read_message(content).root
        for part in walk(root) if root else ():
            boundary = b"--" + part.parameters.get("boundary", "").encode()
            gaps = [content[one.end : two.start] for one, two in zip(part.children, part.children[1:], strict=False)]
            if any(gap.strip() != boundary for gap in gaps):
                odd.append(path.name)
    assert odd == []


def test_no_mail_of_a_class_is_unsafe(corpora: Path) -> None:
    rows = csv.DictReader((corpora / "manifest.csv").read_text().splitlines())
    mails = [
        row["file"]
        for row in rows
        if row["expected_class"] in ("human", "bounce", "auto-reply", "list", "notification")
    ]
    assert len(mails) > 600
    assert [name for name in mails if read_message((corpora / name).read_bytes()).unsafe] == []


def test_forged_authors_are_refused(corpora: Path) -> None:
    cases = sorted((corpora / "espoofer" / "data").glob("*.eml"))
    believed = {case.stem for case in cases if read_message(case.read_bytes()).author}
    assert len(cases) == 22
    assert believed == PLAIN_FORGERIES


def test_the_address_in_a_forged_author_is_known(corpora: Path) -> None:
    for name in ("server_a9", "server_a10", "server_a14", "server_a15", "server_a16", "server_a19"):
        message = read_message((corpora / "espoofer" / "data" / f"{name}.eml").read_bytes())
        assert "admin@legitimate.com" in {hint.key for hint in message.author_hints}


def test_a_dutch_reply_declared_multipart_is_text(corpora: Path) -> None:
    content = (corpora / "gapfill" / "data" / "discourse_dutch.eml").read_bytes()
    message = read_message(content)
    assert message.root is not None
    assert message.root.media_type == "text/plain"
    assert message.author is not None
    assert "het Nederlands" in text_of(message.root, content)


def test_most_human_mail_has_a_readable_author(corpora: Path) -> None:
    rows = csv.DictReader((corpora / "manifest.csv").read_text().splitlines())
    human = [
        read_message((corpora / row["file"]).read_bytes()) for row in rows if row["expected_class"] in ("human", "list")
    ]
    assert sum(message.author is not None for message in human) >= len(human) - 5
