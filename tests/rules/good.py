"""One good value of everything a rule asks about; a test replaces one fact."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from binrelay.mail.address import Address, parse_address
from binrelay.mail.authentication import Evidence, Verdict
from binrelay.model import (
    AuthenticationRule,
    BulletinRecord,
    Conversation,
    Coordinator,
    Delivery,
    DigestTime,
    Folders,
    Identity,
    ImapAccount,
    Language,
    Member,
    Network,
    Partner,
    Retention,
    Security,
    SenderPattern,
    SmtpAccount,
    Telephone,
)
from binrelay.rules.facts import Facts


def address(text: str) -> Address:
    found = parse_address(text)
    assert found is not None
    return found


def partner(partner_id: str, name: str, domain: str) -> Partner:
    return Partner(
        id=partner_id,
        name=name,
        senders=(SenderPattern(address(f"wijkagent@{domain}"), None), SenderPattern(None, domain)),
        replies_to=(address(f"wijkagent@{domain}"),),
        authentication=AuthenticationRule.DMARC,
        dkim_domain=None,
        moderate=False,
        bulletins_per_hour=6,
        gather_at=(),
        tell_count=False,
    )


def member(text: str, name: str | None = None, *also: str, language: Language = Language.NL) -> Member:
    return Member(address(text), name, tuple(address(each) for each in also), language, Identity.PSEUDONYM)


POLICE = partner("politie", "Politie Utrecht-Oost", "politie.example")
COUNCIL = partner("gemeente", "Gemeente Utrecht", "utrecht.example")
JAN = member("jan@mail.example", "Jan de Vries")
PIET = member("piet@mail.example", "Piet Jansen", "piet@work.example")
FATIMA = member("fatima@post.example", language=Language.EN)
ANNA = Coordinator(address("anna@home.example"), "Anna")
MEMBERS = (JAN, PIET, FATIMA)

NETWORK = Network(
    id="wilhelminapark",
    name="BIN Wilhelminapark",
    address=address("coordinator@bin-wilhelminapark.example"),
    language=Language.NL,
    coordinators=(ANNA,),
    partners=(POLICE, COUNCIL),
    reports_to=("politie",),
    members=MEMBERS,
    imap=ImapAccount("127.0.0.1", 143, Security.NONE, None, None, 120.0),
    smtp=SmtpAccount("127.0.0.1", 25, Security.NONE, None, None, 50, None, None, 2),
    trusted_authserv_ids=("mx.provider.example",),
    identity=Identity.PSEUDONYM,
    delivery=Delivery.BCC,
    subaddress=None,
    folders=Folders("BIN", "Verwerkt", "Wacht", "Vrijgeven", "Geweigerd"),
    retention=Retention(30 * 86400.0, 180 * 86400.0),
    max_size=25_000_000,
    delay=0.0,
    digest=DigestTime(0, 8 * 60),
    urgent_words=(),
    telephone=Telephone("112", "0900-8844"),
    timezone=ZoneInfo("Europe/Amsterdam"),
    roster={each.key: neighbour for neighbour in MEMBERS for each in neighbour.addresses},
)

PROVEN = Evidence(Verdict.PASS, "dmarc=pass")
UNPROVEN = Evidence(Verdict.UNPROVEN, "nothing says so")
UNREACHABLE = Evidence(Verdict.UNREACHABLE, "the key cannot be looked up now")
FORGED = Evidence(Verdict.FAIL, "dmarc=fail")

YELLOW_POLO = BulletinRecord(
    id="B0000001",
    partner="politie",
    message_id="polo@bin-wilhelminapark.example",
    original_id="original@politie.example",
    subject="gele polo",
    sent_at=1_000_000.0,
    replied=False,
)
TALK = Conversation(
    tag="K7Q4M2X9",
    member=JAN.address,
    partner="politie",
    bulletin="B0000001",
    last_id="from-jan@mail.example",
    partner_last_id=None,
    acknowledged_at=None,
)

BULLETIN = Facts(author=address("wijkagent@politie.example"), speaker=POLICE, evidence=PROVEN)
BY_COORDINATOR = Facts(author=ANNA.address, speaker=ANNA, evidence=PROVEN)
BY_MEMBER = Facts(author=JAN.address, speaker=JAN, evidence=UNPROVEN)
BY_STRANGER = Facts(author=address("someone@elsewhere.example"), speaker=None, evidence=UNPROVEN)
