"""The words with which people ask the network itself for something, in four languages. Pure; tables only.

All are compared without accents, case and punctuation. Invariant: a word that people also use for what happens in their
street ("stop", "hulp") stands among the ordinary ones, and counts only where nothing else is said.
"""

from __future__ import annotations

from enum import StrEnum


class Verb(StrEnum):
    LEAVE = "leave"
    PAUSE = "pause"
    RESUME = "resume"
    HELP = "help"
    DATA = "data"
    JOIN = "join"


def _phrases(text: str) -> tuple[str, ...]:
    """Phrases, parted by commas."""
    return tuple(" ".join(phrase.split()) for phrase in text.split(","))


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Exactly these, once courtesies are taken away.
PHRASES: dict[Verb, tuple[str, ...]] = {
    Verb.LEAVE: _phrases(
        """
        afmelden, afmelding, aanmelding intrekken, uitschrijven, uitschrijving, opzeggen, opzegging,
        lidmaatschap opzeggen, opzeggen lidmaatschap, beeindigen lidmaatschap, lidmaatschap beeindigen, meld af,
        schrijf uit, zeg op, geen berichten meer, geen mail meer, geen mails meer, geen lid meer, geen lid meer zijn,
        verwijder, verwijderen, haal mij af, haal me af, haal van lijst, haal uit lijst, haal van maillijst,
        haal van mailinglijst,
        van lijst halen, uit lijst halen, van maillijst halen, van mailinglijst halen, geen emails meer, stop mails,
        stop met mails,
        stop met mailen, stop berichten, stop met berichten, unsubscribe, unsubscription, unsubscribe me, opt out, optout,
        sign off, signoff, remove, take off, cancel membership, cancel subscription, end membership, no more mail,
        no more mails, no more emails, no more messages, stop mail, stop emails, stop messages, stop sending mail,
        stop sending mails, stop sending emails, stop sending messages, desinscription, desinscrire, se desinscrire,
        desinscrivez, desabonner, desabonnement, desabonnez, resilier, resiliation, resilier adhesion, plus de messages,
        plus de mails, plus recevoir,
        retirez, retirer, abmelden, abmeldung, abgemeldet werden, austragen, austragung, trag aus, tragen aus, melde ab,
        melden ab, kundigen, kundigung, mitgliedschaft kundigen, mitgliedschaft beenden, kundigung mitgliedschaft,
        nehmen aus verteiler, nimm aus verteiler, nehmen aus liste, nimm aus liste, nehmen von liste, nimm von liste,
        keine mail mehr, keine mails mehr, keine nachrichten mehr
        """
    ),
    Verb.RESUME: _phrases(
        """
        hervatten, hervat, pauze stoppen, stop pauze, einde pauze, pauze opheffen, pauze beeindigen, weer berichten,
        weer berichten ontvangen, weer aanmelden, opnieuw aanmelden, resume, unpause, end pause, end the pause,
        stop pause, reprendre, reprise,
        fin de pause, fin pause, fortsetzen, wieder aufnehmen, wiederaufnehmen, pause beenden, pause aufheben
        """
    ),
    Verb.DATA: _phrases(
        """
        mijn gegevens, inzage, inzageverzoek, inzage gegevens, inzage mijn gegevens, avg verzoek,
        welke gegevens heeft van, welke gegevens hebt van, welke gegevens hebben jullie van,
        welke gegevens heeft over, welke gegevens hebben jullie over, wat weet van, wat weet over,
        wat weten jullie van, wat weten jullie over, my data, data access request, access request,
        subject access request, which data do have of, which data do have about, what data do have of,
        what data do have about, what data do hold about, what do know about, mes donnees, acces mes donnees,
        acces a mes donnees, droit d acces, quelles donnees avez sur, quelles donnees avez de, que savez sur,
        meine daten, auskunft, auskunftsersuchen, datenauskunft, auskunft uber meine daten, welche daten haben von,
        welche daten haben uber, welche daten habt ihr von, welche daten habt ihr uber
        """
    ),
    Verb.JOIN: _phrases(
        """
        aanmelden, aanmelding, lid worden, word lid, lidmaatschap, inschrijven, inschrijving, meld aan, schrijf in,
        lid worden van buurt informatie netwerk, subscribe, subscription, join, sign up, signup, become a member,
        become member, membership, inscription, inscrire, inscrivez, rejoindre, devenir membre, adherer, adhesion,
        meedoen, mitmachen, anmelden, anmeldung, beitreten, beitritt, mitglied werden, melde an, melden an
        """
    ),
    Verb.HELP: (),
    Verb.PAUSE: (),
}

# What is taken away may be a photograph or a mail: these are a wish where their object is who writes, or nothing is named.
REMOVING = frozenset(
    _phrases(
        """
        verwijder, verwijderen, remove, take off, retirez, retirer
        """
    )
)
# These, too, may say what happened: "Geen mails meer", and below it "sinds vorige week". With more beside them they are doubtful.
LOOSE = REMOVING | frozenset(
    _phrases(
        """
        geen berichten meer, geen mail meer, geen mails meer, geen emails meer, stop mails, stop met mails, stop met mailen,
        stop berichten, stop met berichten, no more mail, no more mails, no more emails, no more messages, stop mail,
        stop emails, stop messages, stop sending mail, stop sending mails, stop sending emails, stop sending messages,
        plus de messages, plus de mails, plus recevoir, keine mail mehr, keine mails mehr, keine nachrichten mehr
        """
    )
)

# Only word for word, without a courtesy: "help me" is a cry, not a question to a program.
ORDINARY: dict[str, Verb] = {
    "stop": Verb.LEAVE,
    "stoppen": Verb.LEAVE,
    "leave": Verb.LEAVE,
    "quitter": Verb.LEAVE,
    "hulp": Verb.HELP,
    "help": Verb.HELP,
    "uitleg": Verb.HELP,
    "instructies": Verb.HELP,
    "info": Verb.HELP,
    "commando s": Verb.HELP,
    "commands": Verb.HELP,
    "how does this work": Verb.HELP,
    "hoe werkt dit": Verb.HELP,
    "hoe werkt het": Verb.HELP,
    "aide": Verb.HELP,
    "comment ca marche": Verb.HELP,
    "hilfe": Verb.HELP,
    "wie funktioniert das": Verb.HELP,
    "gegevens": Verb.DATA,
    "verder": Verb.RESUME,
    "doorgaan": Verb.RESUME,
}

PAUSING = frozenset(
    _phrases(
        """
        pauze, pauzeren, pauzeer, onderbreken, pause, pausieren, pausiere, pausierung, unterbrechen, suspendre,
        suspension
        """
    )
)

# Courtesies, pronouns and what else a sentence needs; none of these changes what is asked.
COURTESY = _words(
    """
    graag aub a u b alstublieft alsjeblieft ajb svp s v p please pls plz bitte il plait te vriendelijk verzoek
    hallo hoi beste geachte dag goedemorgen goedemiddag goedenavond hi hello dear bonjour bonsoir guten tag
    hierbij bij deze herewith hereby par la presente hiermit
    bedankt dank danku dankjewel thanks thank you merci danke vielen alvast d avance voraus im
    ik wil zou willen wens mij me mijn mezelf mijzelf m i want to would like wish my myself je j veux voudrais
    souhaite bien vouloir ne moi mon mes ich mochte will mich meine meinen mir kunt u kun kan mag wilt wil could can may
    pouvez pourriez vous veuillez priere se konnen konnten sie uns ons
    van voor uit de het een bij in op from of for the a le les l du des der die das den dem von vom aus fur pour
    lijst maillijst mailinglijst mailinglist mailing list liste verteiler nieuwsbrief newsletter bin netwerk network
    reseau netzwerk buurtinformatienetwerk lidmaatschap membership mitgliedschaft adhesion mail mails mailadres e
    email emails adres address adresse berichten messages nachrichten
    gaarne even nu now maintenant jetzt direct per ab sofort immediatement s t
    met spoed spoedig snel zsm zeer dringend urgent urgently asap vite schnell
    and en et und this these deze dit ce ces cette diese dieser
    """
)

# Courtesies, but beside an ordinary word a cry: "Help", and below it "nu!".
PRESSING = _words(
    """
    nu now maintenant jetzt direct sofort immediatement spoed spoedig snel dringend urgent urgently asap vite schnell
    mij me ons us moi nous mich mir uns
    """
)
SELF = _words("mij me mezelf mijzelf ons us myself moi nous mich uns")
THINGS = _words("mail mails email emails berichten messages nachrichten this dit")
# Who "krijgt geen mails meer" misses them; who does not want them says so.
RECEIVING = _words("ontvangen krijgen receive get recevoir bekommen erhalten")
WANTING = _words(
    """
    wil wilt willen zou wens graag gaarne hoef hoeven want would like wish need veux voudrais souhaite mochte will brauche
    """
)
# Who tells of one of these reports something, however few words it takes: "Afmelden", and below it "De Polo is gevonden".
NEWS = _words(
    """
    help hulp kom come venez kommen aide hilfe
    oplichting oplichter oplichters phishing gehackt hacker fraude fraud scam hacked arnaque pirate betrug betruger
    gevonden terecht gezien gestolen ingebroken inbraak inbreker inbrekers dief brand auto man mannen politie verdacht
    verdachte gevecht mes staat staan ligt liggen loopt lopen rijdt rijden buurman buurvrouw buren
    found seen stolen burglar burglars thief fire car man men police suspect suspicious fight knife
    retrouve retrouvee vu vue vole volee cambriolage voleur feu voiture homme hommes police suspect couteau
    gefunden gesehen gestohlen einbruch einbrecher dieb feuer mann manner polizei verdachtig messer
    """
)

# Stems that make a short mail doubtful where it is not plainly a command.
TELLING = _phrases(
    """
        afmeld, afgemeld, meld af, uitschrij, uitgeschreven, schrijf uit, opzeg, lidmaatschap, unsubscri, opt out,
        membership, desinscri, desabonn, abmeld, abzumeld, abgemeldet, austrag, ausgetragen, mitgliedschaft,
        geen berichten meer, geen mail meer, no more mail, no more email, pauzer, pauzeer, berichten pauz, pauze tot, graag pauze,
        pauze graag, op pauze, pauze zetten, mettre en pause, pausier,
        pause until, pause bis, pause jusqu, mailinglijst,
        mailing list, maillijst, van de lijst, geen mails, geen emails, stop met mail, stop met de mail, stop met deze,
        stopzetten, stop te zetten, tijdelijk geen, remove me, take me off, off your list, off the list,
        off this list, stop sending, stop emailing,
        de la liste, plus recevoir, dem verteiler, der liste, keine mails, keine nachrichten, geen e mail, keine e mail,
        uit te schrijven, niet meer mee, stop ermee, ik eraf, mij eraf, nicht mehr dabei, trete aus, ne participe plus
        """
)
# Whose data were stolen speaks of them, too.
OWN_DATA = _phrases("mijn gegevens, my data, mes donnees, meine daten")
# One of each in a short mail: it speaks of our mails, and of an end to something.
MAILING = _words(
    """
    mail mails mailen mailtje mailtjes email emails emailing mailadres lijst list liste verteiler bestand berichten
    messages nachrichten nieuwsbrief newsletter courriels
    """
)
# Whole words: the bus that "stopte" and the mail that was "verwijderd" are news.
ENDING = _phrases(
    """
        stop, stoppen, hou op, houd op, eraf, verwijder, verwijderen, schrap, schrappen, halen, haal, remove, removed, delete,
        supprimer, supprimez, enlever, enlevez, retirer, retirez, plus recevoir, losche, loschen, streiche, streichen,
        nehmen, nimm, entferne, entfernen
        """
)
# An end only where somebody wants it: "ik vertrouw de mail niet meer" is news as well.
NO_MORE = _phrases("niet meer, no longer, not want, anymore, any more, nicht mehr")

# A wish speaks of who writes, or asks somebody; what "hij" had to do at a counter is news.
ASKING = _words(
    """
    ik mij me mijn mezelf wij we ons onze u uw jullie kunt kun wilt wil graag aub i my we us our you please je j m moi
    mon mes nous notre vous veuillez merci ich mich mir mein meine wir uns unser unsere bitte
    """
)
# Who asks for a pause with such a word below it does not speak of a break at school.
AWAY = _words(
    "vakantie weg reis verlof vacation holiday holidays away leave trip vacances conges voyage urlaub verreist ferien"
)
