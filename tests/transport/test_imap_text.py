"""What IMAP writes and reads, byte by byte."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binrelay.transport.imap_text import (
    Literal,
    astring,
    decode_folder,
    encode_folder,
    quote,
    read_code,
    read_date,
    read_fetch,
    read_folders,
    read_items,
    read_namespace,
    read_search,
    readable,
    split_literals,
    uid_set,
)
from binrelay.transport.imap_wire import Response, ResponseReader

FETCH = (
    b"12 FETCH (UID 5 FLAGS (\\Seen NIL) BODY[HEADER.FIELDS (MESSAGE-ID)] ",
    b'* ")(\r\n',
    b' RFC822.SIZE 8 X "a\\"b")',
)


def wire(response: Response) -> bytes:
    text = response[0]
    for literal, rest in zip(response[1::2], response[2::2], strict=True):
        text += b"{%d}\r\n" % len(literal) + literal + rest
    return text + b"\r\n"


@pytest.mark.parametrize(
    ("name", "coded"),
    [
        ("Wacht & zie é", "Wacht &- zie &AOk-"),
        ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501 5.1.3
        ("Hi Mom -☺-!", "Hi Mom -&Jjo--!"),  # RFC 2152
        ("🚲", "&2D3esg-"),
        ("Tab\there", "Tab&AAk-here"),
    ],
)
def test_folder_names_are_written_in_modified_utf7(name: str, coded: str) -> None:
    assert encode_folder(name) == coded
    assert decode_folder(coded.encode()) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_folder_name_comes_back_as_it_was(name: str) -> None:
    assert decode_folder(encode_folder(name).encode()) == name


@given(st.binary())
def test_any_bytes_of_a_server_can_be_shown_as_a_folder(raw: bytes) -> None:
    assert isinstance(decode_folder(raw), str)


def test_a_folder_that_is_no_modified_utf7_is_shown_as_it_is() -> None:
    assert decode_folder(b"R&D-") == "R&D-"


def test_quotes_and_backslashes_are_escaped() -> None:
    assert quote('a "b\\c') == '"a \\"b\\\\c"'


@pytest.mark.parametrize("text", ["a\r\nb", "a\nLOGOUT", "a\0b", "é"])
def test_what_could_end_a_line_is_never_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="literal"):
        quote(text)


def test_an_accent_goes_as_a_literal_after_the_servers_leave() -> None:
    arguments = [astring("jane doe"), astring("gehéim")]
    assert split_literals(arguments) == ('"jane doe" {7}', ["gehéim".encode()])


def test_two_literals_wait_for_leave_twice() -> None:
    assert split_literals([Literal(b"\xc3\xa9"), Literal(b"x"), "y"]) == ("{2}", [b"\xc3\xa9 {1}", b"x y"])


def test_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        astring("a\0b")


def test_a_literal_never_shows_what_it_holds() -> None:
    assert "geheim" not in repr(Literal(b"geheim"))


def test_fetched_items_come_under_their_names() -> None:
    assert read_fetch([FETCH, (b"2 EXISTS",)]) == [
        {
            "UID": b"5",
            "FLAGS": [b"\\Seen", None],
            "BODY[HEADER.FIELDS (MESSAGE-ID)]": b'* ")(\r\n',
            "RFC822.SIZE": b"8",
            "X": b'a"b',
        }
    ]


@pytest.mark.parametrize("text", [b"1 FETCH (UID 5", b"1 FETCH (UID)", b"1 FETCH UID", b'1 FETCH ("', b"1 FETCH ())"])
def test_a_mangled_fetch_is_an_error_and_no_mail(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_fetch([(text,)])


def test_a_tower_of_lists_is_refused() -> None:
    with pytest.raises(ValueError, match="deep"):
        read_items((b"(" * 10_000,))


@given(st.lists(st.binary(), min_size=1))
def test_reading_any_response_gives_items_or_value_error(pieces: list[bytes]) -> None:
    try:
        items = read_items(tuple(pieces))
    except ValueError:
        return
    assert isinstance(items, list)


def test_search_results_are_sorted_and_each_is_once() -> None:
    assert read_search([(b"SEARCH 9 2 5",), (b"2 EXISTS",), (b"search 5 11",), (b"SEARCH",)]) == [2, 5, 9, 11]


def test_response_codes_are_found_and_missing_ones_are_none() -> None:
    responses = [(b"OK [UIDVALIDITY 1795494295] UIDs valid",), (b"OK [UIDNEXT 17] next",)]
    assert read_code(responses, "UIDVALIDITY") == 1795494295
    assert read_code(responses, "HIGHESTMODSEQ") is None


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        (b"24-Nov-2026 10:00:00 +0100", 1795510800.0),
        (b" 1-jan-1970 00:00:00 +0000", 0.0),
        (b"31-Feb-2026 10:00:00 +0100", None),
        (b"24-Foo-2026 10:00:00 +0100", None),
        (b"", None),
        (None, None),
    ],
)
def test_internal_dates_become_unix_time(date: bytes | None, moment: float | None) -> None:
    assert read_date(date) == moment


def test_listed_folders_show_attributes_separator_and_name() -> None:
    [quoted, literal, flat] = read_folders(
        [
            (b'LIST (\\HasNoChildren \\Sent) "." "INBOX.Sent \\"x\\""',),
            (b"LIST () NIL ", b"odd name", b""),
            (b"2 EXISTS",),
            (b'LIST () "/" [Gmail]/All',),
        ]
    )
    assert quoted.attributes == frozenset({"\\hasnochildren", "\\sent"})
    assert (quoted.separator, quoted.name) == (".", b'INBOX.Sent "x"')
    assert (literal.separator, literal.name) == (None, b"odd name")
    assert flat.name == b"[Gmail]/All"


def test_the_first_personal_namespace_counts() -> None:
    response = (b'NAMESPACE (("INBOX." ".")("#x/" "/")) (("other." ".")) NIL',)
    assert read_namespace([(b"2 EXISTS",), response]) == ("INBOX.", ".")
    assert read_namespace([(b"NAMESPACE NIL NIL NIL",)]) is None


def test_uid_sets_are_short() -> None:
    assert uid_set([1, 2, 3, 7, 9, 10]) == "1:3,7,9:10"


def test_a_servers_words_cannot_break_a_log_line() -> None:
    assert (
        readable(b"no\r\n[error] \x1b[31m\xff" + b"x" * 500)
        == ("no  [error]  [31m\N{REPLACEMENT CHARACTER}" + "x" * 500)[:200]
    )


@given(st.lists(st.integers(0, 400)))
def test_however_the_stream_is_cut_the_responses_are_the_same(cuts: list[int]) -> None:
    responses: list[Response] = [
        (b"* OK ready {5}",),
        FETCH,
        (b"+ go {3}",),
        (b"* LIST () NIL ", b"", b""),
        (b"A1 OK {9}",),
    ]
    stream = b"".join(wire(response) for response in responses)
    marks = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    reader = ResponseReader()
    found = [response for start, end in itertools.pairwise(marks) for response in reader.feed(stream[start:end])]
    assert found == responses
    assert reader.empty


def test_ten_thousand_lines_in_one_segment_are_read() -> None:
    assert len(list(ResponseReader().feed(b"* 1 FETCH (FLAGS ())\r\n" * 10_000))) == 10_000
