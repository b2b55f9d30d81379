"""What a person is told who asks which data we have of them (GDPR articles 15 and 20). Pure.

The same account answers a member's mail and `binrelay data`: as text in their language, and as JSON for other programs.
Invariant: it speaks of one person; no other member's address or name, nor how many there are, can be read from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from binrelay.mail.address import Address
from binrelay.model import Identity, Language, Member, Network
from binrelay.records import ArrivalRecord
from binrelay.records.dossier import Dossier, Received, Talk
from binrelay.rules.desk import Desk

DAY = 86400.0
_DATES = {Language.NL: "%d-%m-%Y", Language.EN: "%d/%m/%Y", Language.FR: "%d/%m/%Y", Language.DE: "%d.%m.%Y"}
_PASSED_ON = ("reply", "report", "answer", "bulletin")


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a configuration file names the person."""

    role: str  # "a member", "a coordinator", …
    place: str  # FILE:LINE


@dataclass(frozen=True, slots=True)
class Account:
    """`network` is as it is now: with what members did by mail laid over the YAML."""

    network: Network
    addresses: tuple[Address, ...]
    dossier: Dossier
    now: float
    entries: tuple[Entry, ...] = ()  # known to the command line alone

    @property
    def member(self) -> Member | None:
        return next((self.network.roster[each.key] for each in self.addresses if each.key in self.network.roster), None)

    @property
    def language(self) -> Language:
        """The person's own."""
        return self.member.language if self.member else self.network.language

    @property
    def empty(self) -> bool:
        """Whether nothing at all is kept."""
        return not self.member and not self.entries and self.dossier == Dossier(self.dossier.network)


def as_text(account: Account, desk: Desk, language: Language | None = None) -> str:
    """In plain words, for the person."""
    language = language or account.language
    network, member, dossier = account.network, account.member, account.dossier
    date = _DATES[language]
    return desk.say(
        "account",
        language,
        network=network.name,
        today=_date(account.now, date),
        standing=_standing(member),
        addresses=[str(each) for each in (member.addresses if member else account.addresses)],
        name=member.name if member else None,
        paused=bool(member and member.paused),
        named=bool(member and member.identity is Identity.NAMED),
        written=[_written_line(account, each, date) for each in dossier.arrivals],
        talks=[(_date(talk.updated, date), talk.conversation.tag, _partner(account, talk)) for talk in dossier.talks],
        received=[(_date(each.done or each.queued, date), each.subject, each.state) for each in dossier.received],
        returned=len(dossier.bounces),
        content_days=_days(network.retention.content),
        conversation_days=_days(network.retention.conversations),
        address=str(network.address),
    )


def _standing(member: Member | None) -> str:
    if member is None:
        return "unknown"
    return "left" if member.left else "member"


def _written_line(account: Account, record: ArrivalRecord, date: str) -> tuple[str, str, str, str]:
    """Date, subject, what became of it, and with whom it was shared."""
    return _date(record.arrived, date), record.subject, _fate(record), _name_of(account.network, record.partner) or ""


def _fate(record: ArrivalRecord) -> str:
    if record.state == "held":
        return "waits"
    passed_on = record.state == "released" or (record.state == "done" and record.decision in _PASSED_ON)
    return "passed-on" if passed_on else "kept-here"


def _partner(account: Account, talk: Talk) -> str:
    return _name_of(account.network, talk.conversation.partner) or account.network.name


def _name_of(network: Network, partner_id: str | None) -> str | None:
    """A partner's name; its id where the configuration does not know it any more."""
    return next((each.name for each in network.partners if each.id == partner_id), partner_id)


def as_json(account: Account) -> dict[str, object]:
    """Moments are ISO 8601 in UTC; a subject of "" was forgotten, or there was none."""
    network, dossier = account.network, account.dossier
    return {
        "made": _moment(account.now),
        "network": {"id": network.id, "name": network.name, "address": str(network.address)},
        "person": _person_json(account),
        "kept_beside_the_configuration": [
            {
                "state": each.state.value,
                "cause": each.cause.value,
                "since": _moment(each.since),
                "until": _moment(each.until),
            }
            for each in dossier.standings
        ],
        "configuration": [{"role": entry.role, "place": entry.place} for entry in account.entries],
        "written": [_written_json(account, each) for each in dossier.arrivals],
        "conversations": [_talk_json(account, each) for each in dossier.talks],
        "received": [_received_json(each, network) for each in dossier.received],
        "returned": [
            {"at": _moment(each.at), "status": each.status, "action": each.action} for each in dossier.bounces
        ],
        "mails_to_others_that_may_name_the_person": dossier.named_in,
        "folders_of_the_mailbox": _folders(network),
        "kept_for": {
            "what_mails_say": f"{_days(network.retention.content)} days",
            "who_wrote_to_whom": f"{_days(network.retention.conversations)} days",
            "the_address": "as long as the configuration names it",
        },
        "purpose": "passing on bulletins of police and municipality to members, and members' replies and reports back",
        "seen_by": ["the coordinators of the network", *(each.name for each in network.partners)],
    }


def _person_json(account: Account) -> dict[str, object]:
    member = account.member
    return {
        "addresses": [str(each) for each in (member.addresses if member else account.addresses)],
        "standing": _standing(member),
        "name": member.name if member else None,
        "language": account.language.value,
        "shown_to_authorities_as": member.identity.value if member else Identity.PSEUDONYM.value,
        "paused": bool(member and member.paused),
    }


def _talk_json(account: Account, talk: Talk) -> dict[str, object]:
    return {
        "tag": talk.conversation.tag,
        "with": _partner(account, talk),
        "about": talk.subject,
        "last": _moment(talk.updated),
        "kept_until": _moment(talk.updated + account.network.retention.conversations),
    }


def _written_json(account: Account, record: ArrivalRecord) -> dict[str, object]:
    kept = record.id in account.dossier.contents
    return {
        "id": record.id,
        "arrived": _moment(record.arrived),
        "subject": record.subject,
        "decision": record.decision,
        "state": record.state,
        "partner": _name_of(account.network, record.partner),
        "content": "kept until it is decided" if kept else "not in the database",
    }


def _received_json(each: Received, network: Network) -> dict[str, object]:
    until = None if each.done is None else _moment(each.done + network.retention.content)
    return {
        "mail": each.mail,
        "kind": each.kind.value,
        "subject": each.subject,
        "queued": _moment(each.queued),
        "result": each.state,
        "at": _moment(each.done),
        "status": each.status,
        "content_kept_until": until if each.content_kept else None,
    }


def _folders(network: Network) -> Sequence[str]:
    names = network.folders
    return [f"{names.root}/{name}" for name in (names.done, names.held, names.release, names.rejected)]


def _days(seconds: float) -> int:
    return max(1, round(seconds / DAY))


def _date(moment: float, form: str) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime(form)


def _moment(unix: float | None) -> str | None:
    return None if unix is None else datetime.fromtimestamp(unix, UTC).isoformat(timespec="seconds")
