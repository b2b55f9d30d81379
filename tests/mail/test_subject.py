"""What looks like a reply is seen as one, in the languages and dialects of real mail."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from binrelay.mail.message import read_message
from binrelay.mail.subject import Subject, read_subject, subject_key

NAME = "BIN Wilhelminapark"
DUTCH = ["Re", "RE", "re", "Antw", "ANTW", "Antwoord", "Betreft: Re", "Onderwerp: Antw"]
ENGLISH = ["Re", "Re[2]", "Re(2)", "Re^2", "Re**2", "Re2", "Subject: RE", "Re "]
FRENCH = ["RE ", "Ré", "Rép", "RÉF", "REF", "Réf. ", "Réponse", "Objet : Re"]
GERMAN = ["AW", "Aw", "AW[3]", "Antwort", "Betreff: AW"]
OTHERS = [
    "REP",
    "Odg",
    "Ats",
    "ΣΧΕΤ",
    "TL",
    "Trả lời",
    "Відп",
    "회신",
    "RES",
    "R",
    "Rif",
    "SV",
    "VS",
    "VÁ",
    "VA\u0301",
    "Odp",
    "YNT",
    "ATB",
    "回复",
    "答复",
]
FORWARD = ["Fwd", "FWD", "FW", "Fw", "Doorst", "Doorgestuurd", "Doorgestuurd bericht", "WG", "TR", "RV", "VB", "ENC"]
FORWARD += ["PD", "I", "Forwarded", "Weitergeleitet", "Transféré", "转发", "Betreft: Fwd"]


@pytest.mark.parametrize("prefix", [*DUTCH, *ENGLISH, *FRENCH, *GERMAN, *OTHERS])
@pytest.mark.parametrize("colon", [":", ": ", "：", " : ", "\u00a0:"])
def test_a_reply_prefix_is_seen(prefix: str, colon: str) -> None:
    subject = read_subject(f"{prefix}{colon}Gele Polo", NAME)
    assert subject == Subject(reply=True, forward=False, bare="Gele Polo", ours=False)


@pytest.mark.parametrize("prefix", FORWARD)
def test_a_forward_prefix_is_seen(prefix: str) -> None:
    subject = read_subject(f"{prefix}: Gele Polo", NAME)
    assert subject == Subject(reply=False, forward=True, bare="Gele Polo", ours=False)


@pytest.mark.parametrize(
    "text",
    [
        "[EXT] Re: Gele Polo",
        "[EXTERN]Re: Gele Polo",
        "(EXTERNAL) Re: Gele Polo",
        "*EXTERN* Re: Gele Polo",
        "**EXTERNAL EMAIL** Re: Gele Polo",
        "EXT: Re: Gele Polo",
        "[SPAM?] Re: Gele Polo",
        "***SPAM*** Re: Gele Polo",
        "{Spam?} Re: Gele Polo",
        "[Ticket#2025-12] Re: Gele Polo",
        "[Extern bericht] [#12] Re: Gele Polo",
        "[CAUTION: EXT] Re: Gele Polo",
        "[BIN Wilhelminapark] Re: Gele Polo",
        "[EXT] Re: [EXT] Gele Polo",
        "Re: Re: Antw: AW: Gele Polo",
        "Re:Re:Gele Polo",
        "R\u200be: Gele Polo",
        "Re\u200b: Gele Polo",
        "\ufeffRe: Gele Polo",
        "\u202aRe: Gele Polo",
        "\u00a0Re: Gele Polo",
        "ＲＥ: Gele Polo",
        "Ｒe：Gele Polo",
        "  Re:   Gele\t Polo ",
        "- Re: Gele Polo",
        "🚨 Re: Gele Polo",
        "Betreft: Re: Gele Polo",
        "SPAM: Re: Gele Polo",
        "Spoed: Antw: Gele Polo",
        "Let op: RE[2]: Gele Polo",
    ],
)
def test_a_reply_prefix_is_seen_behind_other_marks(text: str) -> None:
    subject = read_subject(text, NAME)
    assert (subject.reply, subject.forward, subject.bare) == (True, False, "Gele Polo")


@pytest.mark.parametrize(
    "encoded",
    [
        b"=?utf-8?q?Re=3A_Polo?=",
        b"=?utf-8?b?UmU6IFBvbG8=?=",
        b"=?utf-8?q?R?=\r\n =?utf-8?q?e?=: Polo",
        b"R=?utf-8?q?e=EF=BC=9A?=Polo",
    ],
)
def test_a_reply_prefix_is_seen_in_encoded_words(encoded: bytes) -> None:
    assert read_subject(read_message(b"Subject: " + encoded + b"\r\n\r\n").subject, NAME).reply


def test_a_reply_that_was_forwarded_is_both() -> None:
    subject = read_subject("FW: Antw: Gele Polo", NAME)
    assert (subject.reply, subject.forward, subject.bare) == (True, True, "Gele Polo")


@pytest.mark.parametrize(
    "text", ["RE: FW: Gele Polo", "Re: [BIN Wilhelminapark K7Q4M2X9] Fwd: Gele Polo", "AW: [EXT] WG: Gele Polo"]
)
def test_an_answer_to_what_was_forwarded_is_an_answer_and_no_forward(text: str) -> None:
    subject = read_subject(text, NAME)
    assert (subject.reply, subject.forward, subject.bare) == (True, False, "Gele Polo")


@pytest.mark.parametrize(
    "text",
    [
        "Reactie gevraagd",
        "Re 3 straat",
        "Re-integratie: avond in het buurthuis",
        "Antwerpen: gestolen fiets",
        "Vs. de inbrekers",
        "Resultaat: twee aanhoudingen",
        "R4: ongeval op de ring",
        "Verdacht: man in wit busje",
        "Spam: pas op voor valse post",
        "Transport: hinder",
        "Wgk: let op",
        "Inbraak (re: gele Polo)",
        "Aanrijding: R: zie kaart",
        "Vermist: vs: een hond",
        "[LET OP] Gele Polo",
        "112: bel bij spoed",
        "",
    ],
)
def test_a_new_subject_is_no_reply(text: str) -> None:
    assert read_subject(text, NAME) == Subject(reply=False, forward=False, bare=text, ours=False)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Betreft: inbraak", "inbraak"),
        ("[EXT] inbraak", "inbraak"),
        ("Re:", ""),
        ("[BIN Wilhelminapark] Inbraak  in de  Parkstraat", "Inbraak in de Parkstraat"),
        ("[#12] [BIN Wilhelminapark K7Q4M2X9] Gele Polo", "[#12] Gele Polo"),
    ],
)
def test_what_remains_is_the_subject_proper(text: str, bare: str) -> None:
    assert read_subject(text, NAME).bare == bare


@pytest.mark.parametrize(
    ("text", "ours", "marked"),
    [
        ("Re: [BIN Wilhelminapark K7Q4M2X9] Polo", True, True),
        ("re: [bin  wilhelminapark\tk7q4m2x9]Polo", True, True),
        ("[ BIN Wilhelminapark K7Q4M2X9 ] Polo", True, True),
        ("Zaak 12 [BIN Wilhelminapark K7Q4M2X9] Polo", True, True),
        ("[BIN Wilhelminapark] Polo", True, False),
        ("[BIN Wilhelminapark K7Q4M2X9] [BIN Wilhelminapark AAAAAAAA]", True, True),
        ("[BIN Wilhelminapark] [BIN Wilhelminapark AAAAAAAA]", True, True),
        ("[BIN Wilhelminapark K7O4MIX9] mistyped: O for 0, I for 1", True, True),
        ("[BIN Wilhelminapark K7Q4M2X] one short", False, False),
        ("[BIN Oost K7Q4M2X9] Polo", False, False),
        ("[K7Q4M2X9] Polo", False, False),
        ("BIN Wilhelminapark K7Q4M2X9", False, False),
    ],
)
def test_only_brackets_of_this_network_are_ours(text: str, ours: bool, marked: bool) -> None:  # noqa: FBT001
    subject = read_subject(text, NAME)
    assert (subject.ours, subject.marked) == (ours, marked)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_any_subject_and_any_name_are_read(text: str, name: str) -> None:
    subject = read_subject(text, name)
    assert subject.bare == " ".join(subject.bare.split())


@pytest.mark.parametrize("unit", ["Re: ", "[a", "[x] ", "(", "R", "*", "\u00a0", "Re[", "[BIN "])
def test_long_subjects_are_read_at_once(unit: str) -> None:
    assert read_subject(unit * (998 // len(unit)), NAME).bare is not None


def test_subjects_are_compared_in_any_case() -> None:
    assert subject_key("Gele  POLO ") == subject_key("gele polo")
