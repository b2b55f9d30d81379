"""One address has one role; ids are what they seem; nothing goes over the network in clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.good import GOOD, lines, load, spoiled

JAN = "- jan@mail.example"
PARTNER = "networks.0.partners.1"
SMTP = "smtp: {host: localhost, port: 2525, security: none}"
SECOND = GOOD[GOOD.index("  - id: park") : GOOD.index("retry:")]

BROKEN = [
    (JAN, "- PARK@bin.example", "25:9: networks.0.members.0", "already the address of network park ("),
    (JAN, "- anna@home.example", "25:9: networks.0.members.0", "already a coordinator ("),
    (JAN, "- Agent@Politie.example", "25:9: networks.0.members.0", "already a sender of partner politie ("),
    (JAN, "- veilig@utrecht.example", "25:9: networks.0.members.0", "already a reply address of partner gemeente ("),
    (JAN, "- jan@oost.politie.example", "25:9: networks.0.members.0", '"@oost.politie.example" makes this address'),
    (
        JAN,
        "- Piet@mail.example",
        "26:19: networks.0.members.1.address",
        "binrelay.yaml:25:9); one address has one role",
    ),
    (
        JAN,
        "- {address: jan@mail.example, also: [piet@WORK.example]}",
        "26:64: networks.0.members.1.also.0",
        "a member (",
    ),
    (JAN, "- {address: a@mail.example, also: [a@mail.example]}", "25:42: networks.0.members.0.also.0", "a member ("),
    ("[anna@home.example]", "[park@bin.example]", "7:20: networks.0.coordinators.0", "the address of network park"),
    ("[anna@home.example]", "[a@utrecht.example]", "7:20: networks.0.coordinators.0", "a sender of partner gemeente"),
    ('["@utrecht.example"]', "[agent@politie.example]", f"21:19: {PARTNER}.senders.0", "a sender of partner politie"),
    ('["@utrecht.example"]', '["@Oost.Politie.example"]', f"21:19: {PARTNER}.senders.0", "this domain is already"),
    ("[veilig@utrecht.example]", "[a@oost.politie.example]", f"22:22: {PARTNER}.replies_to.0", "makes this address"),
    ("id: gemeente", "id: politie", f"19:13: {PARTNER}.id", '"politie" is taken already ('),
    ("reports_to: [politie]", "reports_to: [poltie]", "23:18: networks.0.reports_to.0", 'did you mean "politie"?'),
    ("reports_to: [politie]", "reports_to: [x]", "23:18: networks.0.reports_to.0", "known are: politie, gemeente"),
    ("reports_to: [politie]", "reports_to: [politie, politie]", "23:27: networks.0.reports_to.1", "listed twice"),
    ("host: localhost", "host: smtp.example", "12:54: networks.0.smtp.security", "write tls or starttls"),
    (SMTP, "smtp: {host: s.example, username: u}", "12:5: networks.0.smtp.password", "is missing"),
    (SMTP, 'smtp: {host: s.example, password: "x"}', "12:5: networks.0.smtp.username", "is missing"),
    (
        SMTP,
        "smtp: {host: s.example, username: u, auth: {oauth2: {client_id: x}}}",
        "12:49: networks.0.smtp.auth",
        "provider",
    ),
    (SMTP, "smtp: {host: s.example, username: u, auth: {oauth2: yahoo}}", "12:57: networks.0.smtp.auth", "google, mic"),
    ("folders: {root: BIN}", "folders: {root: INBOX}", "27:21: networks.0.folders.root", "INBOX is where mail arrives"),
    ("folders: {root: BIN}", "folders: {done: a/b}", "27:21: networks.0.folders.done", "must not hold any of"),
    ("folders: {root: BIN}", "folders: {done: wacht}", "27:5: networks.0.folders.held", 'of the folder "done" as well'),
    ("folders: {root: BIN}", "folders: {held: A, done: a}", "27:21: networks.0.folders.held", '"done" as well'),
    ("folders: {root: BIN}", 'folders: {done: " "}', "27:21: networks.0.folders.done", "is empty"),
    ("folders: {root: BIN}", r'folders: {done: "a\x07"}', "27:21: networks.0.folders.done", "control characters"),
]


@pytest.mark.parametrize(("old", "new", "place", "phrase"), BROKEN, ids=[row[2] + " " + row[1][:30] for row in BROKEN])
def test_what_clashes_is_told_with_both_places(tmp_path: Path, *, old: str, new: str, place: str, phrase: str) -> None:
    (told,) = lines(tmp_path, spoiled(old, new))
    assert told.startswith(place)
    assert phrase in told


def test_a_partners_senders_and_reply_addresses_may_repeat_each_other(tmp_path: Path) -> None:
    settings = load(tmp_path, spoiled("[veilig@utrecht.example]", "[veilig@utrecht.example, veilig@utrecht.example]"))
    assert settings.network("park").partner("gemeente").senders[0].domain == "utrecht.example"


def test_two_networks_may_not_share_id_address_or_mailbox(tmp_path: Path) -> None:
    told = lines(tmp_path, GOOD.replace("retry:", f"{SECOND}retry:"))
    assert [line.split(": ")[1] for line in told] == [f"networks.1.{key}" for key in ("id", "address", "imap.username")]


def test_a_network_may_not_be_a_member_of_another(tmp_path: Path) -> None:
    second = SECOND.replace("park", "plein").replace("jan@mail.example", "park@bin.example")
    told = lines(tmp_path, GOOD.replace("retry:", f"{second}retry:"))
    assert len(told) == 1
    assert told[0].startswith("51:9: networks.1.members.0: this address is already the address of network park (")


def test_one_neighbour_may_be_a_member_of_two_networks(tmp_path: Path) -> None:
    second = SECOND.replace("park", "plein")
    settings = load(tmp_path, GOOD.replace("retry:", f"{second}retry:"))
    assert [network.id for network in settings.networks] == ["park", "plein"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "::1"])
def test_none_is_accepted_on_this_machine(tmp_path: Path, host: str) -> None:
    settings = load(tmp_path, spoiled("host: localhost", f'host: "{host}"'))
    assert settings.networks[0].smtp.host == host
