"""The words of delivery reports, by which servers of many makes and languages are known. Pure values.

Invariant: none of them proves a report by itself; `dsn_dialects` says what must come together.
"""

from __future__ import annotations

import re

# A subject that begins so. A reply or forward of one begins otherwise.
SUBJECT = re.compile(
    r"[\s\[\]*!:]*(?:"
    r"undeliver|non[- ]?deliver|not deliver|return(?:ed)? (?:mail|message|to sender)|(?:mail )?failure (?:notice|delivery)|"
    r"failed (?:mail|delivery|to deliver)|(?:permanent |mail |message |your )*deliver(?:y|ed|ing)? (?:has )?"
    r"(?:fail|status|problem|error|delay|notif|report|incomplete|unsuccess|impossib)|"
    r"delivery (?:to|of|attempt)\b|mail (?:failed|not|could not|can ?not|system error|error|undeliver|status|delivery)|"
    r"(?:message|email|e-mail) (?:not|could not|can ?not|delivery|undeliver|status|notification|delayed)|"
    r"(?:warning|notice):? ?(?:could not|message|mail|delivery|e-?mail)|(?:your )?(?:mail|message|e-?mail)\b[^\n]{0,200}"
    r"(?:could not be deliver|not delivered|undeliverable)|(?:could not|unable to|cannot|can't) (?:send|deliver)|"
    r"user unknown|unknown (?:user|recipient|address)|rejected|nondeliver|expired delivery|"
    r"(?:there was an )?error (?:sending|delivering) |bounce\]|message you sent|banned |virus in (?:mail|message)|"
    r"(?:message|mail|e-?mail) (?:(?:was|has been) )?(?:rejected|blocked|quarantined|bounced|returned)|"
    r"(?:votre )?(?:message|courriel) n['’]a pas (?:pu|été)|"
    r"(?:(?:uw|je|jouw) )?(?:(?:e-?mail|mail|bericht)\b[^\n]{0,120}? )?(?:onbestelbaar|onbezorgbaar|"
    r"niet (?:worden )?(?:bezorgd|afgeleverd|bestelbaar))|(?:bezorging|aflevering) (?:mislukt|vertraagd)|afleverfout|"
    r"(?:(?:die|ihre) )?(?:(?:e-?mail|mail|nachricht)\b[^\n]{0,120}? )?(?:unzustellbar|nicht zu(?:gestellt|stellbar))|"
    r"(?:(?:die|ihre) )?nachricht konnte nicht|zustellung|fehlgeschlagen|"
    r"(?:(?:votre )?(?:e-?mail|message|courri(?:er|el))\b[^\n]{0,120}? )?(?:non[- ](?:remis|distribu|d[ée]livr))|"
    r"[ée]chec (?:de|d')|erreur de (?:remise|distribution)|notification d'?[ée]tat|retour de courrier|message non|"
    r"(?:kan|kunne) (?:ikke|inte) lever|kunde inte levereras|ei voitu toimittaa|teslim edilemedi|nedoručiteln|kézbesíthetetlen|"
    r"mancat[ao] (?:consegna|recapito)|non recapitabile|impossibile|no (?:se (?:puede|pudo)|entregad)|"
    r"correo devuelto|devoluci|mensaje devuelto|n[aã]o (?:foi )?(?:poss[ií]vel )?entreg|falha|"
    r"niedostarczon|zwrot|недостав|не доставлен|не ?удал|"
    r"メールエラー|送信エラー|(?:メール|メッセージ)を?(?:配信|送信)|配信|未送|退信|系统退|无法|投递)",
    re.IGNORECASE,
)  # fmt: skip
# Words of a notice that say so.
FAILURE = re.compile(
    r"(?:not|n't|n’t)(?: yet)?(?: been| be)? (?:able to )?(?:deliver|reach|sent|send|receive|accept|process)|"
    r"unable to (?:deliver|relay|send)|undeliver|nondeliver|non-deliver|deliver\w*[^\n.]{0,120}fail|"
    r"deliver\w*[^\n.]{0,60}(?:stopped|blocked|prevented)|geblokkeerd|"
    r"fail\w*[^\n.]{0,60}deliver|permanent(?:ly)?[^\n.]{0,40}(?:error|fail|reject)|fatal error|delivery error|"
    r"following (?:address|recipient)[^\n]{0,60}(?:fail|error|reject|deliver)|"
    r"(?:user|recipient|address|account|mailbox)[^\n.]{0,60}(?:unknown|not exist|doesn't exist|invalid|reject|disabled|"
    r"discontinued|unavailable|not (?:known|found|listed|valid)|suspended|inactive|no longer)|"
    r"(?:unknown|no such|invalid|bad|not a valid) (?:local )?(?:user|recipient|address|account|mailbox)|"
    r"(?:mailbox|quota|account|inbox|postbus|postvak|postfach)[^\n]{0,90}(?:full|exceed|quota|\bvoll?\b)|bo[îi]te[^\n]{0,90}pleine|"
    r"(?:over|exceed\w*|disk) (?:the )?quota|"
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
DELAYED = re.compile(
    r"will (?:continue|keep|be re-?tried|re-?try|try again)|(?:attempts?|delivery) will continue|continue to be made|"
    r"not yet been delivered|this is a warning (?:message )?only|(?:do not|don't) need to re-?send|"
    r"delivery[^\n.]{0,40}(?:is|has been) delayed|have been delayed|still trying|temporar\w+ (?:delay|undeliverable)|"
    r"delivery[^\n]{0,120}has been postponed|nouvelles tentatives|"
    r"(?:nog niet|noch nicht|pas encore)\b[^\n.]{0,40}(?:bezorgd|afgeleverd|zugestellt|remis|distribu)|"
    r"wordt (?:later )?opnieuw geprobeerd|wird (?:weiterhin|erneut) versucht",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(r"permanent|given up|giving up|gave up|not going to try|will not (?:be )?re-?tr", re.IGNORECASE)
# RFC 3834 5.2 and callers-back: a person's gatekeeper asks the author to prove something; nothing failed.
CHALLENGE = re.compile(
    r"(?:confirm|verify)[^\n]{0,80}(?:you(?:r)? (?:are|e-?mail|message|address)|human|sender)|click[^\n]{0,60}(?:link|here)"
    r"[^\n]{0,60}(?:confirm|verify|deliver|release)|challenge|one-time|whitelist",
    re.IGNORECASE,
)
# Who older Exchange servers say they are. Administrators write mail as well, so the subject and the text must agree.
ADMINISTRATOR = re.compile(
    r"system administrator|systeembeheer|systemadministrator|administrateur (?:du )?syst[èe]me|"
    r"microsoft (?:exchange|outlook)",
    re.IGNORECASE,
)
RETURNED = re.compile(
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
# The talk of two servers, repeated: what was asked, or what was answered to it; and Domino's way to lead up to it.
TRANSCRIPT = re.compile(
    r"\brcpt to:\s?<|in reply to rcpt to|(?:<<<|>>>|replied:|said:|responded)[^\n]{0,40}\b[45]\d\d\b|"
    r"^(?:because|weil|omdat|car|porque|perch[ée]) ?:?[ \t\r]*$",
    re.IGNORECASE | re.MULTILINE,
)
# "The following recipients", "address(es)": people write of addresses.
FOLLOWING = re.compile(
    r"following (?:recipients?\b|recipient\(s\)|(?:e-?mail )?address\(es\))|"
    r"volgende (?:ontvangers|geadresseerden|ontvanger\(s|geadresseerde\(n|adres\(sen)|"
    r"folgenden? (?:empf[äa]ngern?\b|adresse\(n)|destinataires suivants",
    re.IGNORECASE,
)
# Whom nobody is called.
NO_PERSON = re.compile(
    r"\b(?:no-?reply|do-?not-?reply|noreplies|bounces?|mail ?(?:server|router|gateway|system)|gateway|smtp|mta|filter|security|"
    r"antispam|notifications?|exchange|messaging|root)\b",
    re.IGNORECASE,
)
# A person passes on what a server wrote.
PASSED_ON = re.compile(
    r"doorgestuurd bericht|forwarded message|message transf[ée]r[ée]|weitergeleitete (?:nachricht|e-?mail)",
    re.IGNORECASE,
)
