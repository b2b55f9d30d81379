"""From the validated keys to the program's own frozen values. Pure: secrets come in resolved.

Invariant: called only with values that passed validation, it cannot fail.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from binrelay.config.defaults import folder_names, usual_port
from binrelay.config.fields import (
    CoordinatorValues,
    DigestValues,
    FolderValues,
    ListedMember,
    NetworkValues,
    PartnerValues,
    ServerValues,
    SmtpValues,
)
from binrelay.config.local import Replies
from binrelay.config.oauth2 import oauth2_settings
from binrelay.config.profiles import LIMITS, limits
from binrelay.config.secrets import Vault
from binrelay.config.yaml_file import Loc
from binrelay.model import (
    Coordinator,
    DigestTime,
    Folders,
    Identity,
    ImapAccount,
    Language,
    Listed,
    Member,
    Network,
    Partner,
    Retention,
    SmtpAccount,
    Telephone,
)


def to_network(values: NetworkValues, loc: Loc, vault: Vault, *, folder: Path) -> Network:
    """`loc` is where the network stands in the file; `folder` is what its relative paths are relative to."""
    members = tuple(_member(member, values) for member in values.members)
    reading = tuple(_reading(person, values) for person in values.coordinators if person.bulletins)
    imap = _account(values.imap, (*loc, "imap"), vault, folder=folder)
    smtp = _account(values.smtp, (*loc, "smtp"), vault, folder=folder)
    return Network(
        id=values.id,
        name=values.name,
        address=values.address,
        language=values.language,
        coordinators=tuple(
            Coordinator(person.address, person.name, person.bulletins) for person in values.coordinators
        ),
        partners=tuple(_partner(partner) for partner in values.partners),
        reports_to=tuple(values.reports_to),
        members=(*members, *reading),
        imap=ImapAccount(**imap, keepalive=values.imap.keepalive),
        smtp=SmtpAccount(**smtp, **_limits(values.smtp), connections=values.smtp.connections),
        trusted_authserv_ids=tuple(values.trusted_authserv_ids),
        identity=values.identity,
        delivery=values.delivery,
        subaddress=values.subaddress,
        folders=_folders(values.folders, values.language),
        retention=Retention(values.retention.content, values.retention.conversations),
        max_size=values.max_size,
        welcome=values.welcome,
        delay=values.delay or 0.0,
        digest=_digest(values.digest),
        urgent_words=tuple(values.urgent_words),
        timezone=values.timezone,
        telephone=Telephone(values.telephone.urgent, values.telephone.other),
        roster={address.key: member for member in members for address in member.addresses},
    )


def _reading(person: CoordinatorValues, network: NetworkValues) -> Member:
    """A coordinator who gets bulletins. Not on the roster: coordinators need not be hidden from each other."""
    return Member(person.address, person.name, (), network.language, Identity.PSEUDONYM)


def _member(values: ListedMember, network: NetworkValues) -> Member:
    return Member(
        address=values.address,
        name=values.name,
        also=values.also,
        language=values.language or network.language,
        identity=values.identity or network.identity,
        paused=values.paused,
        listed=Listed.PAUSED if values.paused else Listed.ACTIVE,
    )


def _partner(values: PartnerValues) -> Partner:
    return Partner(
        id=values.id,
        name=values.name,
        senders=tuple(values.senders),
        replies_to=tuple(values.replies_to),
        authentication=values.authentication.rule,
        dkim_domain=values.authentication.dkim_domain,
        moderate=values.moderate,
        bulletins_per_hour=values.bulletins_per_hour,
        gather_at=tuple(sorted(values.digest_times)) if values.replies is Replies.DIGEST else (),
        tell_count=values.tell_count,
    )


def _digest(values: DigestValues | None) -> DigestTime | None:
    return DigestTime(values.day, values.at) if values else None


def _limits(values: SmtpValues) -> dict[str, Any]:
    given = {key: getattr(values, key) for key in LIMITS}
    return dict.fromkeys(LIMITS) | limits(values.profile, given)


def _folders(values: FolderValues, language: Language) -> Folders:
    usual = folder_names(language)
    return Folders(
        root=values.root,
        done=values.done or usual["done"],
        held=values.held or usual["held"],
        release=values.release or usual["release"],
        rejected=values.rejected or usual["rejected"],
    )


def _account(values: ServerValues, loc: Loc, vault: Vault, *, folder: Path) -> dict[str, Any]:
    """What IMAP and SMTP accounts have in common."""
    protocol = str(loc[-1])
    oauth2 = values.auth and oauth2_settings(
        values.auth.oauth2, protocol, lambda key: vault[(*loc, "auth", "oauth2", key)]
    )
    return {
        "host": values.host,
        "port": values.port or usual_port(protocol, values.security),
        "security": values.security,
        "username": values.username,
        "password": vault[(*loc, "password")],
        "ca_file": folder / values.ca_file if values.ca_file else None,
        "oauth2": oauth2,
    }
