"""An admin's slip in one value is told at its line and column, with the cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.settings.good import lines, spoiled

LAST = "retry: {first: 1m, longest: 1h}\n"

BROKEN = [
    # old text, new text, place and key, a phrase of the message
    ("replies_to: [agent", "reply_to: [agent", "18:9: networks.0.partners.0.reply_to", 'did you mean "replies_to"?'),
    ("senders: [agent", "sendrs: [agent", "17:9: networks.0.partners.0.sendrs", 'unknown key; did you mean "senders"?'),
    ("    language: nl\n", "    colour: blue\n", "6:5: networks.0.colour", "unknown key; known here: id, name"),
    (LAST, "retries: {first: 1m}\n", "29:1: retries", 'did you mean "retry"?'),
    ("name: Piet Jansen", "naam: Piet Jansen", "26:38: networks.0.members.1.naam", 'did you mean "name"?'),
    ("      host: imap", "      hots: imap", "9:7: networks.0.imap.hots", 'did you mean "host"?'),
    ("      host: imap.provider.example\n", "", "8:5: networks.0.imap.host", "is missing: the server's name"),
    ("    address: park@bin.example\n", "", "3:5: networks.0.address", "is missing: the coordinator's mail address"),
    ("        name: Politie\n", "", "15:9: networks.0.partners.0.name", "is missing"),
    ("{address: piet@mail.example, name", "{name", "26:9: networks.0.members.1.address", "is missing"),
    ("nl\n", "no\n", "6:15: networks.0.language", '"no" is not one of nl, en, fr, de'),
    ("nl\n", "\n", "6:5: networks.0.language", "is empty"),
    ("    language: nl\n", "    language: fy\n", "6:15: networks.0.language", "nl, en, fr, de"),
    ("address: park@", "address: park-at-", "5:14: networks.0.address", "is no mail address"),
    ("- jan@mail.example", "- jan", "25:9: networks.0.members.0", "is no mail address"),
    ("- jan@mail.example", "- Jan <jan@mail.example>", "25:9: networks.0.members.0", "write it plainly"),
    ("- jan@mail.example", "- 7", "25:9: networks.0.members.0", 'must hold keys such as "address:"'),
    ("[piet@work.example]", "[piet]", "26:64: networks.0.members.1.also.0", "is no mail address"),
    ("[piet@work.example]", "piet@work.example", "26:63: networks.0.members.1.also", "must be a list"),
    ('["@utrecht.example"]', '["*"]', "21:19: networks.0.partners.1.senders.0", "is no sender"),
    ('["@utrecht.example"]', '["@*.utrecht.example"]', "21:19: networks.0.partners.1.senders.0", "is no domain"),
    ('["@utrecht.example"]', '["@gmail.com"]', "21:19: networks.0.partners.1.senders.0", "everybody can have"),
    ('["@utrecht.example"]', '["@Ziggo.NL"]', "21:19: networks.0.partners.1.senders.0", "everybody can have"),
    ('["@utrecht.example"]', "[]", "21:9: networks.0.partners.1.senders", "at least one"),
    ("content: 30d", "content: 30", "28:26: networks.0.retention.content", "30 has no unit; write 30s, 30m"),
    ("content: 30d", "content: 30 days", "28:26: networks.0.retention.content", "one of ms, s, m, h, d"),
    ("content: 30d", "content: 0d", "28:26: networks.0.retention.content", "out of range"),
    ("content: 30d", "content: 22:00", "28:26: networks.0.retention.content", '"22:00" is no duration'),
    ("    folders: {root: BIN}\n", "    max_size: 25\n", "27:15: networks.0.max_size", "25 has no unit; write 25MB"),
    ("    folders: {root: BIN}\n", "    max_size: 25 mega\n", "27:15: networks.0.max_size", "25MB, 500kB"),
    ("    folders: {root: BIN}\n", "    folders:\n", "27:5: networks.0.folders", 'must hold keys such as "root:"'),
    ("    folders: {root: BIN}\n", "    subaddress: '-'\n", "27:17: networks.0.subaddress", 'must be "+"'),
    ("    folders: {root: BIN}\n", "    delivery: cc\n", "27:15: networks.0.delivery", 'did you mean "bcc"?'),
    ("    folders: {root: BIN}\n", "    identity: name\n", "27:15: networks.0.identity", 'did you mean "named"?'),
    ("port: 2525", "port: 70000", "12:35: networks.0.smtp.port", "it must be 1 to 65535"),
    ("port: 2525", "port: '2525'", "12:35: networks.0.smtp.port", "without quotes"),
    ("port: 2525", "port: smtp", "12:35: networks.0.smtp.port", "must be a whole number"),
    ("port: 2525", "connections: 0", "12:42: networks.0.smtp.connections", "it must be 1 to 50"),
    ("security: none", "security: startls", "12:51: networks.0.smtp.security", 'did you mean "starttls"?'),
    ("imap.provider.example", "imap.provider.example:993", "9:13: networks.0.imap.host", 'write it under "port"'),
    ("imap.provider.example", "imaps://mail", "9:13: networks.0.imap.host", "is no host name"),
    ("id: park", "id: Het Park", "3:9: networks.0.id", "small letters"),
    ("id: park", "id: 12", "3:9: networks.0.id", "put it in quotes"),
    ("name: BIN Park", "name: 2026", "4:11: networks.0.name", "is a number to YAML, text is wanted"),
    ("name: BIN Park", "name: true", "4:11: networks.0.name", "is true or false to YAML"),
    ("name: BIN Park", "name: BIN [Park]", "4:11: networks.0.name", "stands between them in each subject"),
    ("name: BIN Park", r'name: "BIN\nBcc: x"', "4:11: networks.0.name", "one line"),
    (
        "        name: Gemeente\n",
        "        moderate: yes\n        name: G\n",
        "20:19: networks.0.partners.1.moderate",
        "yes",
    ),
    (
        "        name: Gemeente\n",
        "        authentication: spf\n        name: G\n",
        "20:25: networks.0.partners.1.auth",
        "dmarc",
    ),
    ("[mx.provider.example]", '["mx; dmarc=pass"]', "13:28: networks.0.trusted_authserv_ids.0", "no authserv-id"),
    (
        "{secret: imap-password}",
        "{vault: x}",
        "11:18: networks.0.imap.password.vault",
        "unknown key; write {secret: NAME}",
    ),
    (
        "port: 2525",
        "ca_file: missing.pem",
        "12:38: networks.0.smtp.ca_file",
        "missing.pem cannot be read: No such file",
    ),
    ("port: 2525", "ca_file: binrelay.yaml", "12:38: networks.0.smtp.ca_file", "holds no certificate"),
    ("{secret: imap-password}", "sesame\n      keepalive: 1h", "12:18: networks.0.imap.keepalive", "at most 29m"),
    ("sqlite:////tmp", "postgres://db", "1:8: store", 'did you mean "postgresql"?'),
    ("{secret: imap-password}", "{sercet: imap}", "11:18: networks.0.imap.password.sercet", 'did you mean "secret"?'),
    ("{secret: imap-password}", "{secret: ../x}", "11:7: networks.0.imap.password", "plain name"),
    ("{secret: imap-password}", "123456", "11:17: networks.0.imap.password", "put it in quotes"),
    ("first: 1m, ", "first: 2h, ", "29:29: retry.longest", "shorter than retry.first"),
]


@pytest.mark.parametrize(("old", "new", "place", "phrase"), BROKEN, ids=[row[2] + " " + row[1][:20] for row in BROKEN])
def test_a_slip_is_told_with_its_place_and_cure(tmp_path: Path, *, old: str, new: str, place: str, phrase: str) -> None:
    (told,) = lines(tmp_path, spoiled(old, new))
    assert told.startswith(place)
    assert phrase in told


def test_every_slip_is_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = spoiled("id: park", "id: Park").replace("jan@mail.example", "anna@home.example").replace("30d", "30")
    text = text.replace("{secret: imap-password}", "{secret: unknown}").replace("[politie]", "[polite]")
    places = [":".join(line.split(":")[:2]) for line in lines(tmp_path, text)]
    assert places == ["3:9", "11:7", "23:18", "25:9", "28:26"]


def test_no_message_shows_a_members_address_or_a_password(tmp_path: Path) -> None:
    text = spoiled("- jan@mail.example", "- piet@work.example\n      - Jan Jansen")
    text = text.replace("{secret: imap-password}", '{secret: "open\\nsesame"}').replace("agent@politie.example,", "")
    told = "\n".join(lines(tmp_path, text))
    assert told
    assert "piet" not in told
    assert "Jan" not in told
    assert "sesame" not in told
