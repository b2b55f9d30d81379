"""What mail providers let one account send, by name, for who does not want to look it up. Pure.

Invariant: only figures that a provider or its documentation gave; where two differ, the smaller. A key that the file
gives itself wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Profile(StrEnum):
    """Providers whose limits are known."""

    CLOUD86 = "cloud86"
    EASYNAME = "easyname"
    GMAIL = "gmail"
    GOOGLE_WORKSPACE = "google-workspace"
    HOSTING_NL = "hosting-nl"
    IONOS = "ionos"
    IONOS_NEW = "ionos-new"
    MICROSOFT365 = "microsoft365"
    MIJNHOSTINGPARTNER = "mijnhostingpartner"
    OUTLOOK = "outlook"
    PREVIDER = "previder"
    PROTON = "proton"
    PROTON_FREE = "proton-free"
    WEBOKE = "weboke"


_LIMITS: Mapping[Profile, Mapping[str, int]] = {
    Profile.CLOUD86: {"messages_per_hour": 250},
    Profile.EASYNAME: {"max_recipients": 100, "recipients_per_hour": 400, "recipients_per_day": 1500},
    Profile.GMAIL: {"max_recipients": 100, "messages_per_day": 500, "recipients_per_day": 500},
    # 10,000 recipients a day, of whom 2,000 different ones outside the organisation: members are outside.
    Profile.GOOGLE_WORKSPACE: {"max_recipients": 100, "messages_per_day": 2000, "recipients_per_day": 2000},
    Profile.HOSTING_NL: {"messages_per_day": 2500},
    Profile.IONOS: {"max_recipients": 200, "recipients_per_hour": 5000},
    Profile.IONOS_NEW: {"max_recipients": 50, "recipients_per_hour": 50},  # the first week
    Profile.MICROSOFT365: {"max_recipients": 500, "messages_per_minute": 30, "recipients_per_day": 10_000},
    Profile.MIJNHOSTINGPARTNER: {"max_recipients": 30, "messages_per_hour": 250},
    # 5,000 recipients a day, of whom 1,000 that never wrote to the account.
    Profile.OUTLOOK: {"max_recipients": 500, "recipients_per_day": 1000},
    Profile.PREVIDER: {"max_recipients": 50},
    Profile.PROTON: {"max_recipients": 100},
    Profile.PROTON_FREE: {"max_recipients": 50, "recipients_per_hour": 50, "recipients_per_day": 150},
    Profile.WEBOKE: {"messages_per_day": 300},
}
# RFC 5321 4.5.3.1.8: what every server takes. More a transaction gains nothing, and one refusal costs everybody in it.
_MOST = 100
_USUAL = 50
LIMITS = (
    "max_recipients",
    "messages_per_minute",
    "messages_per_hour",
    "messages_per_day",
    "recipients_per_hour",
    "recipients_per_day",
)


def limits(profile: Profile | None, given: Mapping[str, int | None]) -> dict[str, int | None]:
    """By key: what the file gives, else the profile, else the default; a key that is missing has no limit."""
    known: dict[str, int | None] = dict(_LIMITS[profile]) if profile else {}
    known["max_recipients"] = min(known.get("max_recipients") or _USUAL, _MOST)
    return known | {key: value for key, value in given.items() if value is not None}
