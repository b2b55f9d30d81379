"""What somebody wrote just now, and nothing of what they quote, sign or are greeted with."""

from __future__ import annotations

import pytest

from binrelay.mail.message import read_message
from binrelay.mail.own_words import own_lines
from tests.rules.letters import letter

QUOTES = (
    "> Wie heeft hem gezien?",
    "Op di 24 nov 2026 om 09:00 schreef BIN <c@bin.example>:",
    "Op di 24 nov 2026 om 09:00 uur\nschreef BIN <c@bin.example>:",
    "On Tue, Nov 24, 2026 at 9:00 AM BIN <c@bin.example> wrote:",
    "Am Di., 24. Nov. 2026 um 09:00 Uhr schrieb BIN:",
    "Le mar. 24 nov. 2026 à 09:00, BIN a écrit :",
    "-----Oorspronkelijk bericht-----",
    "-----Original Message-----",
    "---------- Forwarded message ---------",
    "Begin doorgestuurd bericht:",
    "________________________________",
    "Van: BIN Wilhelminapark <c@bin.example>",
    "From: BIN <c@bin.example>",
    "*Von:* BIN",
)
SIGNATURES = (
    "-- ",
    "Met vriendelijke groet,",
    "Mvg",
    "Groeten, Jan",
    "Kind regards,",
    "Cordialement,",
    "Mit freundlichen Grüßen",
    "Verzonden vanaf mijn iPhone",
    "Sent from my Samsung Galaxy smartphone",
    "Get Outlook for Android",
    "Envoyé de mon iPad",
)


def lines(text: str, kind: str = "text/plain") -> tuple[str, ...]:
    return own_lines(read_message(letter("Jan <jan@mail.example>", "x", text, kind=kind)))


@pytest.mark.parametrize("quote", QUOTES)
def test_what_is_quoted_is_not_said(quote: str) -> None:
    assert lines(f"Niets gezien.\n\n{quote}\nafmelden\n") == ("Niets gezien.",)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_not_said(signature: str) -> None:
    assert lines(f"Afmelden\n{signature}\nJan de Vries, secretaris\n") == ("Afmelden",)


@pytest.mark.parametrize(
    "greeting", ["Beste coördinator,", "Hallo", "Dear Anna,", "Bonjour,", "Sehr geehrte Frau Klein,"]
)
def test_a_greeting_is_passed_over(greeting: str) -> None:
    assert lines(f"{greeting}\n\nAfmelden\n") == ("Afmelden",)


def test_ordinary_lines_with_such_words_stay() -> None:
    text = "Op de hoek stond een bus.\nVan de buren hoorde ik niets.\nDag en nacht rijdt hij hier.\n"
    assert lines(text) == tuple(text.splitlines())


def test_a_mail_without_text_says_nothing() -> None:
    assert lines("") == ()
    assert own_lines(read_message(b"")) == ()


def test_a_long_mail_is_read_in_time_that_grows_with_it() -> None:
    assert len(lines("Op een dag\n" * 100_000)) <= 400
