"""Delivery reports in words: what servers write that do not follow RFC 3464, or did not yet. Pure.

Invariant: no address is taken from the returned mail itself, nor from the lines that repeat its header.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from binrelay.mail.address import Address, parse_address
from binrelay.mail.header import Header, decode_words
from binrelay.mail.machines import has_null_path, is_daemon, media_types, notice_text, report_type
from binrelay.mail.message import Message
from binrelay.mail.mime import embedded, walk

_MOST_LINES = 2_000
_LONGEST_LINE = 2_000  # characters

# A subject that begins so. A reply or forward of one begins otherwise.
_SUBJECT = re.compile(
    r"[\s\[\]*!:]*(?:"
    r"undeliver|non[- ]?deliver|not deliver|return(?:ed)? (?:mail|message|to sender)|(?:mail )?failure (?:notice|delivery)|"
    r"failed (?:mail|delivery|to deliver)|(?:permanent |mail |message |your )*deliver(?:y|ed|ing)? (?:has )?"
    r"(?:fail|status|problem|error|delay|notif|report|incomplete|unsuccess|impossib)|"
    r"delivery (?:to|of|attempt)\b|mail (?:failed|not|could not|can ?not|system error|error|undeliver|status|delivery)|"
    r"(?:message|email|e-mail) (?:not|could not|can ?not|delivery|undeliver|status|notification|delayed)|"
    r"(?:warning|notice):? ?(?:could not|message|mail|delivery|e-?mail)|(?:your )?(?:mail|message|e-?mail)\b[^\n]{0,200}"
    r"(?:could not be deliver|not delivered|undeliverable)|(?:could not|unable to|cannot|can't) (?:send|deliver)|"
    r"user unknown|unknown (?:user|recipient|address)|rejected|nondeliver|expired delivery|"
    r"onbestelbaar|onbezorgbaar|niet (?:bezorgd|afgeleverd|bestelbaar)|bezorging (?:mislukt|vertraagd)|"
    r"unzustellbar|nicht zu(?:gestellt|stellbar)|(?:die )?nachricht konnte nicht|zustellung|fehlgeschlagen|"
    r"non[- ]remis|[ée]chec (?:de|d')|non distribuable|notification d'?[ée]tat|retour de courrier|message non|"
    r"mancat[ao] (?:consegna|recapito)|non recapitabile|impossibile|no (?:se (?:puede|pudo)|entregad)|"
    r"correo devuelto|devoluci|mensaje devuelto|n[aã]o (?:foi )?(?:poss[ií]vel )?entreg|falha|"
    r"niedostarczon|zwrot|недостав|не доставлен|не ?удал|メールエラー|送信エラー|配信|未送|退信|系统退|无法|投递)",
    re.IGNORECASE,
)  # fmt: skip
# Words of a notice that say so.
_FAILURE = re.compile(
    r"(?:not|n't|n’t)(?: yet)?(?: been| be)? (?:able to )?(?:deliver|reach|sent|send|receive|accept|process)|"
    r"unable to (?:deliver|relay|send)|undeliver|nondeliver|non-deliver|deliver\w*[^\n.]{0,120}fail|"
    r"fail\w*[^\n.]{0,60}deliver|permanent(?:ly)?[^\n.]{0,40}(?:error|fail|reject)|fatal error|delivery error|"
    r"following (?:address|recipient)[^\n]{0,60}(?:fail|error|reject|deliver)|"
    r"(?:user|recipient|address|account|mailbox)[^\n.]{0,60}(?:unknown|not exist|doesn't exist|invalid|reject|disabled|"
    r"discontinued|unavailable|not (?:known|found|listed|valid)|suspended|inactive|no longer)|"
    r"(?:unknown|no such|invalid|bad|not a valid) (?:local )?(?:user|recipient|address|account|mailbox)|"
    r"(?:mailbox|quota|account|inbox)[^\n.]{0,60}(?:full|exceed|quota)|(?:over|exceed\w*|disk) (?:the )?quota|"
    r"quota violation|message looping|postponed|(?:unknown|no such) host|too many hops|failure reasons?|"
    r"could not be (?:found|reached)|returned (?:to sender|"
    r"unread|your mail|because)|rejected|(?:^|\s)[45]\d\d[ -][45]\.\d\.\d{1,3}\b|relaying denied|access denied|"
    r"niet (?:worden )?(?:af)?(?:geleverd|bezorgd)|niet (?:ontvangen|bereikt)|onbestelbaar|"
    r"nicht[^\n.]{0,80}(?:zugestellt|erreich|ausgeliefert|gefunden)|unzustellbar|"
    r"n'a (?:pas )?pu|n'ont pas|pas (?:pu )?[êe]tre (?:remis|d[ée]livr)|non remis|"
    r"no (?:se )?(?:ha |han )?(?:pudo|podido|puede|lleg)|non [èe] stato|impossibile|n[aã]o (?:foi|p[oô]de)|"
    r"не ?(?:может|удал|доставл|был)|送信できません|配信(?:でき|不能)|届けられません|无法|退回|失败|不存在",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_DELAYED = re.compile(
    r"will (?:continue|keep|be re-?tried|re-?try|try again)|(?:attempts?|delivery) will continue|continue to be made|"
    r"not yet been delivered|this is a warning (?:message )?only|(?:do not|don't) need to re-?send|"
    r"delivery[^\n.]{0,40}(?:is|has been) delayed|have been delayed|still trying|temporar\w+ (?:delay|undeliverable)|"
    r"wordt (?:later )?opnieuw geprobeerd|wird (?:weiterhin|erneut) versucht",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(r"permanent|given up|giving up|gave up|not going to try|will not (?:be )?re-?tr", re.IGNORECASE)
# RFC 3834 5.2 and callers-back: a person's gatekeeper asks the author to prove something; nothing failed.
_CHALLENGE = re.compile(
    r"(?:confirm|verify)[^\n]{0,80}(?:you(?:r)? (?:are|e-?mail|message|address)|human|sender)|click[^\n]{0,60}(?:link|here)"
    r"[^\n]{0,60}(?:confirm|verify|deliver|release)|challenge|one-time|whitelist",
    re.IGNORECASE,
)
# Who older Exchange servers say they are. Administrators write mail as well, so the subject and the text must agree.
_ADMINISTRATOR = re.compile(
    r"system administrator|systeembeheer|systemadministrator|administrateur (?:du )?syst[èe]me|"
    r"microsoft (?:exchange|outlook)",
    re.IGNORECASE,
)
_RETURNED = re.compile(
    r"^[ \t>*=_.<-]*(?:below (?:this|the next) line is|(?:this|here) is (?:a copy|the original)|"
    r"(?:the )?(?:original|old) (?:message|mail|e-mail)"
    r"(?! (?:was|id))\b|(?:the )?(?:message )?headers? (?:of the (?:original )?message |[^\n]{0,60}\bfollows?|:)|"
    r"(?:het )?(?:oorspronkelijke?|originele) (?:bericht|mail|e-mail)|"
    r"(?:die )?(?:urspr[üu]ngliche|originale?)[ -]?(?:nachricht|mail)|"
    r"(?:le )?message (?:d['’]origine|original|initial)|(?:hieronder|onderstaand)[^\n]{0,60}(?:bericht|kopie)|"
    r"(?:kopie|copie) (?:van (?:het|uw)|der|du|ihrer|de votre)|"
    r"(?:start of )?(?:returned|unsent|undelivered|bounced) (?:message|mail)\b|message (?:header|text|contents?) follow|"
    r"a copy of (?:the|your)|copy of (?:the )?(?:message|mail)|your (?:original )?message (?:follows|was:)|"
    r"(?:return-path|received|dkim-signature|x-[\w-]+):[ \t]?\S)",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
_REPEATED = re.compile(
    r"^[\s>|*]*(to|cc|from|sent|date|subject|reply-to|sender|message-id|betreff|an|von|aan|onderwerp|van|objet|de|à|"
    r"original-envelope-id|for help|contact)\s*:",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<![\w.!#$%&'*+/=?^`{|}~@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,253}[A-Za-z0-9]")
_OWN_LINE = re.compile(r"^[\s*•\-–>|<\[\"'(]*(?:smtp:|mailto:|rfc822;)?\s*$", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:recipient|address(?:ee)?|user|mailbox|error-for|failed|deliver(?:y|ed)?\b[^:]{0,40}\bto|attempts|to unreachable|"
    r"unknown|empf[äa]nger|ontvanger|destinat\w+|宛先|收件人)[^:@]{0,40}[:=]\s*[<\[\"']*(?:smtp:|rfc822;)?\s*$",
    re.IGNORECASE,
)
_NO_RECIPIENT = re.compile(
    r"(?:postmaster|mailer-daemon|mailerdaemon|abuse|helpdesk|support|no-?reply)@", re.IGNORECASE
)
_ENHANCED = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


@dataclass(frozen=True, slots=True)
class Said:
    """What the words of a notice say: who was not reached, and whether the server goes on trying."""

    addresses: tuple[Address, ...]
    delayed: bool
    lines: tuple[str, ...]

    def status(self, address: Address) -> str | None:
        """The enhanced status code next to the address; where only one address failed, the first one anywhere."""
        near: list[str] = []
        for at, line in enumerate(self.lines):
            if address.key in line.lower():
                near.extend(self.lines[at : at + 5])
        return _first_status((*near, *(self.lines if len(self.addresses) <= 1 else ())))

    def first_status(self) -> str | None:
        """The first enhanced status code anywhere, for a notice that names nobody."""
        return _first_status(self.lines)


def _first_status(lines: Iterable[str]) -> str | None:
    return next((code.group() for line in lines if (code := _ENHANCED.search(line))), None)


def is_notice(message: Message, notice: str) -> bool:
    """Whether a mail without the fields of RFC 3464 is a server's word that a mail of ours did not arrive."""
    if message.header.has("x-failed-recipients"):
        return True
    subject, null_path = bool(_SUBJECT.match(message.subject)), has_null_path(message)
    server = is_daemon(message) or report_type(message) == "delivery-status"
    if not (subject or null_path or server):
        return False  # a person's mail: its text need not be searched
    text = bool(_FAILURE.search(_head(notice)))
    if server:
        return subject or text
    if subject and text and _ADMINISTRATOR.search(decode_words(message.header.first("from") or "")[:1_000]):
        return True
    if _CHALLENGE.search(notice):
        return False
    if null_path:
        return text and (subject or _names_first(message, notice))
    # No mark of a server: a person writes about undelivered things too, but returns no mail with it.
    returns = "message/rfc822" in media_types(message) or bool(_RETURNED.search(notice))
    return subject and text and returns and _names_first(message, notice)


def _names_first(message: Message, notice: str) -> bool:
    return any(tier == 0 for tier, _ in _candidates(message, _lines(notice)))


def read_said(message: Message, notice: str) -> Said:
    """The addresses by the surest sign there is: at the head of a line or behind a label, beside a failure, anywhere."""
    lines = _lines(notice)
    ranked: dict[int, dict[Address, None]] = {}
    for tier, address in _candidates(message, lines):
        ranked.setdefault(tier, {}).setdefault(address)
    best = ranked[min(ranked)] if ranked else dict.fromkeys(_returned_recipients(message))
    text = "\n".join(lines)
    delayed = bool(_DELAYED.search(text) or _DELAYED.search(message.subject)) and not _GIVEN_UP.search(text)
    return Said(tuple(best), delayed, tuple(lines))


def returned_text(message: Message) -> str:
    """What follows the notice in one and the same text: the returned mail."""
    notice = notice_text(message)
    cut = _RETURNED.search(notice)
    return notice[cut.start() :] if cut else ""


def _head(notice: str) -> str:
    cut = _RETURNED.search(notice)
    head = notice[: cut.start()] if cut else notice
    return head if head.strip() else notice[:4_000]


def _lines(notice: str) -> list[str]:
    return [line[:_LONGEST_LINE] for line in _head(notice).splitlines()[:_MOST_LINES]]


def _candidates(message: Message, lines: list[str]) -> Iterator[tuple[int, Address]]:
    """Addresses of the notice with 0 (head of a line, or labelled), 1 (beside a failure), 2 (elsewhere) or 3 ("To:" repeated)."""
    excluded = _not_meant(message)
    for line in lines:
        repeated = _REPEATED.match(line)
        if (repeated and repeated.group(1).lower() != "to") or line.lstrip().startswith(("http:", "https:")):
            continue
        for found in _ADDRESS.finditer(line):
            address = parse_address(found.group().strip("'").removeprefix("SMTP=").removeprefix("smtp="))
            if address and address not in excluded and not _NO_RECIPIENT.match(address.key):
                before = line[: found.start()]
                sure = not repeated and (_OWN_LINE.match(before) or _LABEL.search(before))
                yield (3 if repeated else 0 if sure else 1 if _FAILURE.search(line) else 2), address


def _not_meant(message: Message) -> frozenset[Address]:
    """Who wrote and who receives the report."""
    texts = [message.header.first("return-path") or "", *message.header.all("to")[:5], *message.header.all("from")[:2]]
    found = (parse_address(match) for text in texts for match in _ADDRESS.findall(text[:_LONGEST_LINE]))
    return frozenset(address for address in found if address) | frozenset(message.author_hints)


def _returned_recipients(message: Message) -> tuple[Address, ...]:
    """The To of the returned mail, where it names one address: the notice names nobody."""
    for part in walk(message.root) if message.root else ():
        if part is message.root:
            continue
        for header in embedded(part, message.content):
            return _only_recipient(header)
    return ()


def _only_recipient(header: Header) -> tuple[Address, ...]:
    named = _ADDRESS.findall(",".join((*header.all("to"), *header.all("cc")))[:_LONGEST_LINE])
    addresses = {address for text in named if (address := parse_address(text))}
    return tuple(addresses) if len(addresses) == 1 else ()
