"""The tree is a set of slices; nothing of the mail is copied, changed or lost."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.header import read_header
from binrelay.mail.mime import MimeLimitError, Part, embedded, read_tree, text_of, transfer_decoded, walk
from binrelay.mail.read_parameters import read_parameters


def _tree(content: bytes) -> Part:
    header, body_at, _ = read_header(content)
    return read_tree(content, header, body_at)


def _mixed(boundary: str, body: str) -> bytes:
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\r\n\r\n{body}'.encode()


def _bodies(content: bytes) -> list[bytes]:
    return [content[part.body : part.end] for part in _tree(content).children]


def test_parts_are_slices_and_the_line_end_before_a_boundary_is_not_theirs() -> None:
    content = _mixed("b", "preamble\r\n--b\r\nA: 1\r\n\r\none\r\n\r\n--b\r\n\r\ntwo\r\n--b--\r\nepilogue")
    first, second = _tree(content).children
    assert content[first.start : first.end] == b"A: 1\r\n\r\none\r\n"
    assert content[second.start : second.end] == b"\r\ntwo"


@pytest.mark.parametrize(
    ("body", "bodies"),
    [
        ("--b\n\none\n--b--\n", [b"one"]),
        ("--b \t\r\n\r\none\r\n--b-- \r\n", [b"one"]),
        ("--b\r\n\r\none", [b"one"]),
        ("--b\r\n\r\none\r\n", [b"one\r\n"]),
        ("--b\r\n\r\none\r\n--bb\r\ntwo\r\n--b--", [b"one\r\n--bb\r\ntwo"]),
        ("--b\r\n\r\nx --b\r\n--b--", [b"x --b"]),
        ("--b\r\n\r\none\r\n--b--\r\n--b\r\n\r\ntwo", [b"one"]),
        ("--b\r\n--b\r\n\r\none\r\n--b--", [b"", b"one"]),
        ("--b\r\nno header and no empty line", [b"no header and no empty line"]),
        ("--b", [b""]),
    ],
)
def test_sloppy_boundaries_are_read_as_mail_clients_do(body: str, bodies: list[bytes]) -> None:
    assert _bodies(_mixed("b", body)) == bodies


def test_a_boundary_that_begins_another_is_not_mistaken_for_it() -> None:
    inner = 'Content-Type: multipart/alternative; boundary="mm"\r\n\r\n--mm\r\n\r\none\r\n--mm\r\n\r\ntwo\r\n--mm--'
    content = _mixed("m", f"--m\r\n{inner}\r\n--m\r\n\r\nthree\r\n--m--\r\n")
    nested, last = _tree(content).children
    assert [content[part.body : part.end] for part in nested.children] == [b"one", b"two"]
    assert content[last.body : last.end] == b"three"


@pytest.mark.parametrize(
    "field",
    [
        "multipart/mixed",
        "multipart/alternative; boundary=gone",
        'multipart/mixed; boundary=""',
        "multipart/mixed; boundary",
    ],
)
def test_a_multipart_that_is_none_is_read_as_text(field: str) -> None:
    content = f"Content-Type: {field}\r\n\r\nEen antwoord.".encode()
    root = _tree(content)
    assert (root.media_type, root.children) == ("text/plain", ())
    assert text_of(root, content) == "Een antwoord."


@pytest.mark.parametrize(
    ("field", "media_type"),
    [
        ("TEXT/Html; charset=x", "text/html"),
        ("text", "text/plain"),
        ("", "text/plain"),
        ("=?utf-8?q?a?=", "text/plain"),
        ("image/png (comment)", "image/png"),
    ],
)
def test_an_unreadable_type_is_plain_text(field: str, media_type: str) -> None:
    assert _tree(f"Content-Type: {field}\r\n\r\n".encode()).media_type == media_type
    assert _tree(b"\r\n").media_type == "text/plain"


def test_parts_of_a_digest_are_mails() -> None:
    content = b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\ny\r\n--b--"
    (part,) = _tree(content).children
    assert part.media_type == "message/rfc822"
    assert [header.first("subject") for header in embedded(part, content)] == ["x"]


@pytest.mark.parametrize(
    ("value", "parameters"),
    [
        ('a/b; charset="utf-8"; x=1', {"charset": "utf-8", "x": "1"}),
        ("a/b; CHARSET=utf-8 (comment)", {"charset": "utf-8"}),
        ('a/b; name="a;b\\"c"', {"name": 'a;b"c'}),
        ("a/b; name=a b.pdf", {"name": "a b.pdf"}),
        ("a/b; name=one; name=two", {"name": "one"}),
        ("a/b; name*=utf-8''caf%C3%A9.pdf", {"name": "café.pdf"}),
        ("a/b; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.pdf", {"name": "café.pdf"}),
        ("a/b; name*1=b; name*0=a", {"name": "ab"}),
        ("a/b; name=plain; name*=utf-8''extended", {"name": "extended"}),
        ("a/b; name*7=lost", {}),
        ('a/b; name="never closed', {"name": "never closed"}),
        ("a/b;;; =x; y", {}),
    ],
)
def test_parameters_are_read_tolerantly(value: str, parameters: dict[str, str]) -> None:
    assert read_parameters(value) == parameters


@pytest.mark.parametrize(
    ("field", "disposition", "filename"),
    [
        ("Content-Disposition: attachment; filename=a.pdf", "attachment", "a.pdf"),
        ("Content-Disposition: INLINE", "inline", None),
        ("Content-Disposition: form-data", "attachment", None),
        ('Content-Type: a/b; name="=?utf-8?q?caf=C3=A9?="', "", "café"),
        ('Content-Disposition: attachment; filename="a\tb\u202ecod.exe"', "attachment", "a bcod.exe"),
    ],
)
def test_file_names_are_decoded_and_harmless(field: str, disposition: str, filename: str | None) -> None:
    part = _tree(f"{field}\r\n\r\n".encode())
    assert (part.disposition, part.filename) == (disposition, filename)


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("base64", b"Y2Fmw6k="),
        ("Quoted-Printable", b"caf=C3=A9"),
        ("8bit", "café".encode()),
        ("x-odd", "café".encode()),
    ],
)
def test_text_is_decoded(encoding: str, raw: bytes) -> None:
    content = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + raw
    root = _tree(content)
    assert text_of(root, content) == "café"
    assert transfer_decoded(root, content) == "café".encode()


def test_an_embedded_mail_is_a_leaf_and_shows_its_header() -> None:
    inner = b"Message-ID: <x@y.example>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nz\r\n--b--"
    for encoding, body in (("7bit", inner), ("base64", base64.encodebytes(inner)), ("7bit", b"\r\n" + inner)):
        head = f"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()
        root = _tree(head + body)
        assert root.children == ()
        assert [header.first("message-id") for header in embedded(root, head + body)] == ["<x@y.example>"]


def test_text_embeds_no_mail() -> None:
    content = b"\r\nMessage-ID: <x@y.example>\r\n\r\n"
    assert embedded(_tree(content), content) == ()


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from([b"--m", b"--mm", b"--m--", b"\r\n", b"\n", b"\n--m\n", b" ", b"x", b"A: 1\n", b"\r"]),
        max_size=40,
    )
)
def test_slices_lie_in_order_within_their_parent(pieces: list[bytes]) -> None:
    content = b"Content-Type: multipart/mixed; boundary=m\n\n" + b"".join(pieces)
    for part in walk(_tree(content)):
        edges = [
            part.start,
            part.body,
            *(edge for child in part.children for edge in (child.start, child.end)),
            part.end,
        ]
        assert edges == sorted(edges)


def _nested(depth: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)) + b"\nx"


@pytest.mark.parametrize(
    "content",
    [
        _nested(21),
        _nested(3000),
        _mixed("b", "--b\r\n\r\n" * 200),
        _mixed("b", "--b\r\n\r\n" * 100_000),
        _mixed("b" * 201, "--b"),
        _mixed("b", "--bb\n" * 20_000),
        _mixed("b", "--b\n" + "A: 1\n" * 20_000),
    ],
)
def test_what_is_split_beyond_reason_is_refused(content: bytes) -> None:
    with pytest.raises(MimeLimitError):
        _tree(content)


def test_what_is_split_within_reason_is_read() -> None:
    assert len(list(walk(_tree(_nested(20))))) == 21
    assert len(_tree(_mixed("b", "--b\r\n\r\n" * 199)).children) == 199
    assert len(_tree(_mixed("b" * 200, "--" + "b" * 200)).children) == 1
