"""Every mail that the daemon can send, made by the daemon's own rules from invented people. Nothing is read or sent.

Invariant: a text that exists is shown. What no scene below makes use of is filled in with its samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory

from binrelay.config import load_settings
from binrelay.mail.address import Address
from binrelay.mail.authentication import Evidence, Verdict
from binrelay.mail.content import plain
from binrelay.mail.message import Message, read_message
from binrelay.model import BulletinRecord, Conversation, DigestTime, Language, Network, Phrases
from binrelay.records import ArrivalRecord, Kind, Mail, Recall
from binrelay.records.coordinator import Issue, Week
from binrelay.rules.decision import Answer, Bulletin, Decision, Hold, Reply, Report, Why
from binrelay.rules.desk import Desk, Letter, seal, tagged_subject
from binrelay.rules.facts import Facts, speaker_of
from binrelay.rules.gathering import gather_replies
from binrelay.rules.notice import held_notices, held_together, notify
from binrelay.rules.plan import Case, make_plan
from binrelay.rules.schedule import last_digest
from binrelay.rules.week import Told, chart_of, count_letter, week_letters
from binrelay.templates.samples import SAMPLES, samples
from binrelay.transport.chart import paint

NOW = 1_795_510_800.0  # Tuesday 24 November 2026, 10:00 in Utrecht
OFFICER, JAN, PIET, ANNA = (
    "wijkagent.oost@politie.example",
    "jan@mail.example",
    "piet@mail.example",
    "anna@home.example",
)
SUBJECT = {
    Language.NL: "Gele Polo",
    Language.EN: "Yellow Polo",
    Language.FR: "Polo jaune",
    Language.DE: "Gelber Polo",
}
WORDS = {
    Language.NL: "Heeft iemand vannacht een gele Polo gezien?\n",
    Language.EN: "Has anybody seen a yellow Polo last night?\n",
    Language.FR: "Quelqu'un a-t-il vu une Polo jaune cette nuit ?\n",
    Language.DE: "Hat jemand heute Nacht einen gelben Polo gesehen?\n",
}
REPLY = {
    Language.NL: "Ja, om half drie stond hij voor de bakker.\n",
    Language.EN: "Yes, at half past two it stood in front of the baker's.\n",
    Language.FR: "Oui, à deux heures et demie elle était devant la boulangerie.\n",
    Language.DE: "Ja, um halb drei stand er vor der Bäckerei.\n",
}
ANSWER = {
    Language.NL: "Dank u. Weet u nog welke kant hij op reed?\n",
    Language.EN: "Thank you. Do you remember which way it went?\n",
    Language.FR: "Merci. Vous souvenez-vous de quel côté elle est partie ?\n",
    Language.DE: "Danke. Wissen Sie noch, in welche Richtung er fuhr?\n",
}
_SAMPLE = f"""\
networks:
  - id: wilhelminapark
    name: BIN Wilhelminapark
    address: coordinator@bin-wilhelminapark.example
    coordinators: [{{address: {ANNA}, name: Anna}}]
    imap: {{host: localhost, security: none}}
    smtp: {{host: localhost, security: none}}
    partners:
      - {{id: politie, name: Politie Utrecht-Oost, senders: [{OFFICER}], replies_to: [{OFFICER}]}}
    reports_to: [politie]
    members: [{JAN}, {{address: {PIET}, name: Piet Jansen, identity: named}}]
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One mail and the name that `preview NAME` takes."""

    name: str
    mail: Mail


@dataclass(slots=True)
class Recorder:
    """The texts, and which of them were asked for."""

    phrases: Phrases
    used: set[str] = field(default_factory=set)

    def __call__(self, name: str, language: Language, /, **values: object) -> str:
        self.used.add(name)
        return self.phrases(name, language, **values)


def sample_network(language: Language, real: Network | None = None) -> Network:
    """Invented people; name, address, numbers and folders are the real network's where there is one."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample.yaml"
        path.write_text(_SAMPLE, encoding="utf-8")
        path.chmod(0o600)
        network = load_settings(path, environ={}).networks[0]
    members = tuple(replace(member, language=language) for member in network.members)
    network = replace(network, language=language, members=members, roster={each.address.key: each for each in members})
    if real is None:
        return network
    return replace(
        network,
        name=real.name,
        address=real.address,
        folders=real.folders,
        telephone=real.telephone,
        timezone=real.timezone,
    )


def every_mail(network: Network, phrases: Phrases) -> Iterator[Shown]:
    recorder = Recorder(phrases)
    tokens = iter(range(1, 10**6))
    desk = Desk(network, recorder, NOW, lambda length: f"{'K7Q4M2X9' * 4}"[: length - 4] + f"{next(tokens):04}")
    yield from _Scenes(desk).all()
    for name in SAMPLES:
        if f"{name}-subject" in SAMPLES and name not in recorder.used:
            yield from _filled_in(name, desk)


def _filled_in(name: str, desk: Desk) -> Iterator[Shown]:
    """A notice to the coordinators, or a word of the network to a member, with the samples of its text."""
    own = {"network": desk.network.name}
    subject = desk.phrases(f"{name}-subject", desk.network.language, **{**samples(f"{name}-subject")[0], **own})
    for number, values in enumerate(samples(name), 1):
        text = desk.phrases(name, desk.network.language, **{**values, **own, **_numbers(desk)})
        shown = name if number == 1 else f"{name}-{number}"
        if name.startswith("notice-"):
            yield from (Shown(shown, mail) for mail in notify(subject, text, key=shown, desk=desk))
        else:
            yield Shown(shown, _word_to_member(subject, text, key=shown, desk=desk))


def _numbers(desk: Desk) -> Mapping[str, object]:
    return {
        "urgent_number": desk.network.telephone.urgent,
        "other_number": desk.network.telephone.other,
        "address": str(desk.network.address),
    }


def _word_to_member(subject: str, text: str, *, key: str, desk: Desk) -> Mail:
    member = desk.network.members[0].address
    letter = Letter(
        kind=Kind.ACKNOWLEDGEMENT,
        display=desk.network.name,
        to=(("", member),),
        recipients=(member,),
        subject=tagged_subject(desk.network, subject),
        content=plain(text),
        null_path=True,
        may_name=(member,),
    )
    return seal(letter, key, desk)


class _Scenes:
    """The mails of a bulletin's life, as `make_plan` makes them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        network = desk.network
        self._subject = SUBJECT[network.language]
        self._jan, self._piet = (member.address for member in network.members)
        self._bulletin = BulletinRecord("B1", "politie", "polo@bin", "original@politie", self._subject, NOW, False)
        self._talk = Conversation("K7Q4M2X9", self._jan, "politie", "B1", "mail@jan", None, None)
        self._recall = Recall(bulletins={"B1": self._bulletin}, tags={self._talk.tag: self._talk})

    def all(self) -> Iterator[Shown]:
        yield from self._mails("bulletin", OFFICER, Bulletin(10, Why.PARTNER_SPEAKS, "politie"))
        yield from self._mails("network-bulletin", ANNA, Bulletin(11, Why.COORDINATOR_SPEAKS, None))
        correction = Bulletin(10, Why.CORRECTION, "politie", "B1")
        yield from self._mails("correction", OFFICER, correction)
        yield from self._mails("reply", JAN, Reply(14, Why.ANSWERS_BULLETIN, self._jan, "politie", "B1", None))
        yield from self._mails("named-reply", PIET, Reply(14, Why.ANSWERS_BULLETIN, self._piet, "politie", "B1", None))
        yield from self._mails("report", JAN, Report(15, Why.MEMBER_WRITES, self._jan, ("politie",)))
        yield from self._mails(
            "urgent-report", JAN, Report(15, Why.MEMBER_WRITES, self._jan, ("politie",)), urgent=True
        )
        yield from self._gathered()
        yield from self._mails("answer", OFFICER, Answer(7, Why.ANSWERS_CONVERSATION, "politie", self._talk.tag))
        yield from self._mails("too-large", JAN, Hold(5, Why.TOO_LARGE, None, None))
        yield from self._mails("too-much-text", JAN, Hold(5, Why.TOO_MUCH_TEXT, None, None))
        yield from self._held()
        yield from self._week()

    def _gathered(self) -> Iterator[Shown]:
        replies = [
            shown.mail
            for _ in range(2)
            for shown in self._mails("", JAN, Reply(14, Why.ANSWERS_BULLETIN, self._jan, "politie", "B1", None))
            if shown.mail.kind is Kind.REPLY
        ]
        yield Shown("replies-gathered", gather_replies(replies, self._desk))

    def _week(self) -> Iterator[Shown]:
        issue = Issue("B1", "politie", _address(OFFICER), "original@politie", self._subject, NOW, 812, 809, 2, 0, 5)
        day, at = 86400.0, DigestTime(0, 8 * 60)
        week = Week(
            issues=(issue, replace(issue, reached=812, refused=0, replies=1)),
            replies={"politie": 6},
            bulletins_at=tuple(NOW - back * day for back in (1, 3, 8, 24, 31, 32, 47)),
            replies_at=tuple(NOW - back * day for back in (1, 2, 2, 3, 4, 6, 9, 9, 25, 31, 32, 32, 48)),
        )
        held = (self._record(Why.MODERATED, _address(OFFICER)),)
        told = Told(last_digest(NOW + 6 * day, at, self._desk.network.timezone), week, held, ())
        chart = chart_of(told, at, self._desk)
        yield from (Shown("week", mail) for mail in week_letters(told, chart, paint(chart), desk=self._desk))
        counted = count_letter(issue, self._desk)
        yield from () if counted is None else (Shown("passed-on", counted),)

    def _mails(self, name: str, sender: str, decision: Decision, *, urgent: bool = False) -> Iterator[Shown]:
        words = ANSWER if isinstance(decision, Answer) else WORDS if isinstance(decision, Bulletin) else REPLY
        message = _letter(sender, self._subject, words[self._desk.network.language])
        author = message.author
        facts = Facts(author, speaker_of(author, self._desk.network), Evidence(Verdict.PASS, "a sample"), urgent=urgent)
        case = Case(message, facts, self._recall, decision, NOW, len(message.content))
        for mail in make_plan(case, self._desk).mails:
            extra = mail.kind is Kind.ACKNOWLEDGEMENT and not name.startswith("too-")
            yield Shown(f"{name}-acknowledgement" if extra else name, mail)

    def _held(self) -> Iterator[Shown]:
        author = _address(OFFICER)
        for why in (Why.UNAUTHENTICATED_PARTNER, Why.UNMATCHED_REPLY):
            record = self._record(why, author)
            yield from (Shown(f"notice-held-{why}", mail) for mail in held_notices([record], self._desk))
        both = [self._record(Why.MODERATED, author), self._record(Why.COMMAND_WAITS, self._jan)]
        yield from (Shown("notice-many", mail) for mail in held_together(both, self._desk))

    def _record(self, why: Why, author: Address) -> ArrivalRecord:
        member = author == self._jan
        return ArrivalRecord(
            id=self._desk.token(8),
            network=self._desk.network.id,
            digest="",
            decision="hold",
            rule=0,
            why=why,
            state="held",
            partner=None if member else "politie",
            author=author,
            message_id=None,
            subject=self._subject,
            arrived=NOW,
            decided=NOW,
            size=1000,
            releases="report" if member else "bulletin",
            reaches=1 if member else 812,
        )


def _address(text: str) -> Address:
    return Address(text, text)


def _letter(sender: str, subject: str, text: str) -> Message:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["Subject"], letter["Message-ID"] = sender, subject, f"<sample.{sender}>"
    letter.set_content(text)
    return read_message(letter.as_bytes())
