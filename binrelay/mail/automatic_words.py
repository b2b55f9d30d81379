"""The words by which programs give themselves away: how their subjects begin, what their texts say of themselves. Pure.

Invariant: what a neighbour writes about being away, about cars or about programs begins otherwise, or is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LONGEST = 1_000  # characters of a line that are looked at
# Words with which programs begin the subject of an absence notice; a person who writes about absence begins otherwise.
_ABSENT = re.compile(
    r"(?:\[[^\[\]]{1,40}\]\s*|\[)?(?:"
    r"automatisch(?:e)? (?:antwoord|bericht|beantwoording|reactie|afwezigheid\w*|e-?mail|mail)"
    r"|afwezigheids(?:assistent|bericht|melding|notificatie|mail|antwoord)"
    r"|out[ -]of[ -](?:the[ -])?office"
    r"(?=\s*(?:$|[^\w\s])|\s+(?:re|auto\w*|reply|response|message|notif\w*|notice|assist\w*|from|until|till|tot)\b)"
    r"|auto(?:matic|mated|matische)?[ -]?(?:reply|response|responder|antwort|antwoord)\b"
    r"|away from (?:my|the) (?:office|mail|desk)|vacation (?:reply|response|message|notice)"
    r"|abwesenheits(?:notiz|nachricht|meldung|assistent|benachrichtigung)"
    r"|automatische (?:antwort|rückantwort|rückmeldung|abwesen)"
    r"|réponse automatique|message d['’]absence|absen(?:ce|t) du bureau|notification d['’]absence"
    r"|autosvar|automatisk svar|automatiskt svar|frånvaro(?:$|meddelande|\s*:)|sjálfvirkt svar"
    r"|automaattinen vastaus|poissaolo(?:$|ilmoitus|\s*:)|automaatvastus|autom[aā]tisk[aā] atbilde|auto-?atbilde"
    r"|automatinis atsakymas|respuesta automática|fuera de la oficina|respuesta de ausencia|resposta autom[áà]tica"
    r"|risposta automatica|fuori (?:sede|ufficio)|răspuns automat|automatikus válasz|otomatik (?:yanıt|cevap)"
    r"|automatyczna odpowiedź|odpowiedź automatyczna|automatická odpov[eě][dď]|automatski odgovor|samodejni odgovor"
    r"|автоматический ответ|автоответ|автоматична відповідь|автоматичен отговор|αυτόματη απάντηση"
    r"|自动[回答][复覆]|自動[回答][复覆]|自動(?:返信|応答)|不在通知|자동 ?(?:회신|응답)|رد تلقائي|תשובה אוטומטית|מענה אוטומטי"
    r")",
    re.IGNORECASE,
)
_CALLS_ITSELF = re.compile(r"auto\s*:", re.IGNORECASE)  # also how a Dutch neighbour begins about a car
# RFC 5230 4.2: sieve says so as well, and behind it our subject.
_SIEVE = re.compile(r"auto\s*:\s*(?:(?:re|aw|antw|fwd?)\s*:|\[[^\[\]]{1,40}\])", re.IGNORECASE)
_NOTES = re.compile(r"AUTO:")  # and behind it who is away, until when
_ABSENT_AT_END = re.compile(
    r"(?:is|are|am|will be)\b.{0,20}\bout of (?:the )?office(?:\s*\([^()]{0,60}\))?[.! ]*$"
    r"|automatisk[ae]? atbilde\b|automatiska atbilde\b",
    re.IGNORECASE,
)
# A neighbour may well write that somebody is away; in an answer to our mail it is a program's subject.
_AWAY_AT_END = re.compile(
    r"(?:is|ben|ist|bin|est|suis)\b.{0,20}\b(?:afwezig|niet op kantoor|abwesend|absent(?:e|\(e\))?"
    r"(?: du bureau)?|au(?:ß|ss)er haus|nicht im (?:b[üu]ro|haus))(?:\s*\([^()]{0,60}\))?[.! ]*$",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"(?:ooo|niet aanwezig|ikke til stede|inte på plats|ei paikalla)\s*:"
    r"|(?:afwezig(?:heid)?|abwesen(?:d|heit)|absent|absente|absence|away|vakantie|urlaub)\s*:\s*(?:(?:re|aw|antw)\s*:|\[)"
    r"|(?:afwezig|abwesend|absent)\s*/",
    re.IGNORECASE,
)
# In an answer that asks programs not to answer, one word at its beginning is enough.
_AWAY_WORD = re.compile(
    r"\W{0,3}(?:(?:ik ben|i am|i['’]m|ich bin|je suis|on|op|met|in|im|en) )?"
    r"(?:afwezig(?:heid)?|niet aanwezig|vakantie(?:melding|bericht)?|out of (?:the )?office|abwesen(?:d|heit)|urlaub"
    r"|absen(?:t|te|ce)|congés?|vacation|holidays?|(?:annual )?leave)\b",
    re.IGNORECASE,
)
# A program sets its owner's words before "Re:" and our subject, where a person's mail program writes "Re:" first.
_BEFORE_OURS = re.compile(r"[^:]{1,60}\b(?:Re|RE|AW|Antw|ANTW)\s?:\s")
# What follows keeps out who asks for a receipt: "Ontvangstbevestiging gevraagd".
_RECEIVED = re.compile(
    r"(?:(?:automatische? )?(?:ontvangstbevestiging|bevestiging (?:van )?ontvangst|eingangsbest[äa]tigung"
    r"|empfangsbest[äa]tigung|accus[ée] de r[ée]ception|(?:automatic )?(?:acknowledge?ment|confirmation) of receipt)"
    r"(?=\s*(?:$|[:;#(\[\d–-]|van\b|voor\b|uw\b|zaak\b|melding\b|of\b|for\b|de (?:votre|la)\b|ihrer\b|zu\b|für\b))"
    r"|bevestiging van uw|(?:wij|we) hebben uw (?:bericht|e-?mail|mail|melding) ontvangen"
    r"|(?:bevestiging\W{1,3})?uw (?:bericht|e-?mail|mail|melding)\b.{0,40}? is (?:goed )?ontvangen"
    r"|we(?: have|['’]ve) received your"
    r"|your (?:e-?mail|message|mail) (?:has been|was) received"
    r"|nous avons (?:bien )?reçu votre|votre (?:message|courriel) a (?:bien )?été reçu"
    r"|wir haben ihre (?:nachricht|e-?mail|anfrage) erhalten|ihre (?:nachricht|e-?mail|anfrage) ist eingegangen)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"(?:\[[^\[\]]{1,40}\]\s*)*(?:re|aw|antw|ref|fwd?|wg|tr|doorst)\s*:", re.IGNORECASE)
# A program's sentence about the mail it stands in, at the head of a line or of a sentence. Behind a quotation mark or a
# colon it is somebody else's.
_OF_ITSELF = re.compile(
    r"(?:^[*_#=~(\[ -]{0,5}|[.!?]\s{1,3}|^(?:geachte|beste|dear|sehr geehrte|hallo|hello|hi|bonjour|madame)\b[^.!?:]{0,60},\s)"
    r"(?:(?:let op|n\.?b\.?|note|please note(?: that)?|hinweis|achtung|attention|nota)[:,.!]? )?(?:"
    r"(?:dit is|dit betreft|u ontvangt) (?:een|deze|dit) (?:volledig )?(?:automatische?|geautomatiseerde?|auto)"
    r"[ -](?:(?:gegenereerd|verstuurd|verzonden|aangemaakt|opgesteld)e? )?"
    r"(?:antwoord|bericht|e-?mail|mail|reactie|reply|respon[sd]|ontvangstbevestiging|afwezigheidsbericht)"
    r"|(?:dit (?:bericht|antwoord)|deze (?:e-?mail|mail|reactie)) (?:is|werd|wordt) automatisch"
    r" (?:gegenereerd|verstuurd|verzonden|aangemaakt|opgesteld)"
    r"|(?:this is an?|you (?:have )?receive[d]? this) "
    r"(?:automated|automatic|auto|auto-?generated|automatically[ -](?:generated|created)|(?:system|computer)[ -]generated)"
    r"[ -](?:e-?mail )?"
    r"(?:reply|response|message|e-?mail|mail|acknowledge?ment|notification|answer|confirmation|receipt)"
    r"|this (?:message|e-?mail|mail|reply|response) (?:was|is|has been) (?:automatically (?:generated|sent|created)"
    r"|(?:generated|sent|created) automatically)"
    r"|i apologi[sz]e for this automatic reply"
    r"|(?:dies ist|(?:es|hierbei) handelt(?: es)? sich um) eine automatisch\w*"
    r"(?: (?:erzeugte|generierte|erstellte|versen?dete|versandte))?"
    r" (?:nachricht|antwort|e-?mail|mail|eingangsbestätigung|empfangsbestätigung|rückmeldung|bestätigung)"
    r"|diese (?:nachricht|e-?mail|mail|antwort) (?:wurde|ist|wird) automatisch"
    r" (?:erstellt|erzeugt|generiert|versendet|versandt|verschickt)"
    r"|(?:ceci est|c['’]est|il s['’]agit d['’]) ?une? (?:réponse|message|courriel|e-?mail|accusé de réception)"
    r" (?:(?:généré|envoyé)e? )?automati"
    r"|(?:ce|cet|cette) (?:message|courriel|e-?mail|réponse) (?:est|a été) (?:généré|envoyé)e? automatiquement"
    r"|est[ea] es una? (?:mensaje|respuesta|correo) automátic|quest[oa] è una? (?:messaggio|risposta|e-?mail) automatic"
    r"|(?:automatisch (?:bericht|antwoord)|message automatique|automatische (?:nachricht|antwort)"
    r"|automatic (?:reply|response|message))\s*(?:$|[:,*=–-])"
    r")",
    re.IGNORECASE,
)  # fmt: skip


def is_absence(subject: str, *, answers: bool, quiet: bool = False) -> bool:
    """Whether a program begins a subject so. Whoever answers an absence notice, passes it on or asks about it is a person.

    `answers`: the mail answers another, so that what a neighbour could write of his own accord is a program's; the more so
    where it is `quiet`: wants no answer of programs.
    """
    if is_passed_on(subject) or asks(subject):
        return False
    end = subject[-200:]
    if (answers or _NOTES.match(subject)) and _AWAY_AT_END.search(end):
        return True
    if answers and (_AWAY.match(subject) or _RECEIVED.match(subject) or (quiet and _AWAY_WORD.match(subject))):
        return True
    if _AWAY_WORD.match(subject) and _BEFORE_OURS.match(subject):
        return True
    return bool(_ABSENT.match(subject) or _SIEVE.match(subject) or _ABSENT_AT_END.search(end))


def is_passed_on(subject: str) -> bool:
    """A person answers or forwards; programs that do so keep the subject or begin with words of their own."""
    return bool(_ANSWERED.match(subject))


def asks(subject: str) -> bool:
    """A person asks; a program repeats at most what we asked, behind a colon."""
    return subject.endswith("?") and ":" not in subject


def calls_itself_automatic(subject: str) -> bool:
    """By the one word that sieve scripts and Notes begin with, and that neighbours do."""
    return bool(_CALLS_ITSELF.match(subject))


def says_automatic(lines: Iterable[str]) -> bool:
    """Whether one of a mail's own lines says that a program wrote the mail."""
    return any(_OF_ITSELF.search(line[:_LONGEST]) for line in lines)
