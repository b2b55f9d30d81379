"""A cry for help by mail is passed on and answered with the number to call; a story about last week is not one."""

from __future__ import annotations

import pytest

from binrelay.mail.message import read_message
from binrelay.rules.urgency import looks_urgent
from tests.rules.letters import letter, plan_for

JAN = "jan@mail.example"
URGENT = [
    "Er wordt nu ingebroken bij de buren!",
    "Er wordt op dit moment ingebroken op nummer 7.",
    "Twee mannen zijn aan het inbreken in de Kerkstraat.",
    "Er is nu brand in het portiek.",
    "Iemand bedreigt mij nu met een mes.",
    "Kom snel, ze vechten.",
    "Help mij, alstublieft.",
    "Dit is een noodgeval.",
    "They are breaking in right now, burglars at number 7.",
    "There is a fire now in the hall.",
    "Please send help.",
    "Un cambriolage est en train de se passer chez les voisins.",
    "Il y a le feu maintenant dans l'immeuble.",
    "Au secours !",
    "Gerade wird bei den Nachbarn eingebrochen.",
    "Es brennt jetzt im Keller.",
    "Kommen Sie schnell.",
    "Er wordt ingebroken bij de buren.",
    "Er wordt hier geschoten!",
    "Het lijkt of er wordt ingebroken op nummer 7.",
    "Es wird nebenan eingebrochen.",
]
CALM = [
    "Ik zag de gele Polo vannacht om half drie.",
    "Vorige week is er ingebroken bij de buren.",
    "Het is geen spoedgeval, maar de lantaarn is stuk.",
    "Geen noodgeval.",
    "Er is nu geen brand meer.",
    "Nu de avonden langer worden: let op uw fietsen.",
    "Wilt u mij helpen met het formulier?",
    "Dank voor het bericht over de brand.",
    "De brandweer was er al, alles is rustig.",
    "It is not an emergency, just a broken lamp.",
    "Last year there was a fire in our street.",
    "Ce n'est pas très urgent.",
    "Merci pour votre aide.",
    "Es ist kein Notfall, nur eine kaputte Lampe.",
    "Vielen Dank für die Hilfe.",
    "Wie moet ik bellen als er wordt ingebroken?",
    "Er wordt vaak ingebroken in onze wijk.",
    "Nu heb ik een vraag over de buurtbarbecue.",
]


@pytest.mark.parametrize("text", URGENT)
def test_what_happens_now_or_cries_for_help_cannot_wait(text: str) -> None:
    assert looks_urgent(read_message(letter(JAN, "Re: Gele Polo", text + "\n")))


@pytest.mark.parametrize("text", CALM)
def test_what_is_past_denied_or_everyday_can(text: str) -> None:
    assert not looks_urgent(read_message(letter(JAN, "Re: Gele Polo", text + "\n")))


def test_the_subject_alone_is_enough() -> None:
    assert looks_urgent(read_message(letter(JAN, "Er wordt nu ingebroken", "Nummer 7.\n")))


@pytest.mark.parametrize(
    "quote",
    [
        "> Er wordt nu ingebroken.\n> Telt elke seconde? Bel 112.",
        "Op 24 november schreef de wijkagent:\nEr wordt nu ingebroken.",
        "-----Oorspronkelijk bericht-----\nEr wordt nu ingebroken.",
        "____________________________________\nEr wordt nu ingebroken.",
    ],
)
def test_what_is_quoted_is_nobodys_cry(quote: str) -> None:
    message = read_message(letter(JAN, "Re: Gele Polo", f"Dat zag ik niet.\n\n{quote}\n"))
    assert not looks_urgent(message)


def test_a_network_has_words_of_its_own() -> None:
    message = read_message(letter(JAN, "Re: Gele Polo", "De dijk lekt!\n"))
    assert not looks_urgent(message)
    assert looks_urgent(message, ["dijk lekt"])
    denied = read_message(letter(JAN, "Re: Gele Polo", "Gelukkig is er niet een dijk lekt verhaal.\n"))
    assert not looks_urgent(denied, ["dijk lekt"])


def test_a_long_mail_is_looked_through_in_no_time() -> None:
    assert not looks_urgent(read_message(letter(JAN, "Polo", "nu nu nu " * 100_000)))


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Hulp", "Er wordt nu ingebroken bij de buren!\n"),
        ("Help", "Er is nu brand.\n"),
        ("Hilfe", "Es brennt jetzt.\n"),
        ("Stop", "Kom snel!\n"),
    ],
)
def test_a_cry_that_begins_as_a_word_to_the_program_goes_to_the_police(subject: str, text: str) -> None:
    assert plan_for(letter(JAN, subject, text)).arrival.decision == "report"
    assert plan_for(letter(JAN, subject, "Groet, Jan\n")).arrival.decision == "command"
