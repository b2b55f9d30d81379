"""What members did by mail, seen and changed from the terminal; the YAML has the last word where the admin wants it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from binrelay.config import load_settings
from binrelay.model import Language, Network
from binrelay.records.members import Cause, Standing
from binrelay.rules.membership import departed, joined, paused, resumed
from binrelay.store.store import open_store
from tests.roster.terminal import Terminal
from tests.roster.test_edits import address
from tests.settings.good import ENVIRON, GOOD

NOW = time.time()
Deed = Callable[[Network], Standing]


def store(terminal: Terminal) -> str:
    return f"sqlite://{terminal.config.parent}/store.sqlite3"


async def _keep(url: str, standings: Sequence[Standing]) -> None:
    opened = await open_store(url)
    await opened.stand(standings)
    await opened.close()


async def _kept(url: str) -> Sequence[Standing]:
    opened = await open_store(url)
    found = await opened.standings()
    await opened.close()
    return found


def by_mail(terminal: Terminal, *deeds: Deed) -> None:
    network = load_settings(terminal.config, environ=ENVIRON).networks[0]
    asyncio.run(_keep(store(terminal), [deed(network) for deed in deeds]))


def kept(terminal: Terminal) -> Sequence[Standing]:
    return asyncio.run(_kept(store(terminal)))


def leaves(text: str) -> Deed:
    return lambda network: departed(network.roster[text], network, cause=Cause.OWN_WISH, now=NOW)


def pauses(text: str, until: float | None = None) -> Deed:
    return lambda network: paused(network.roster[text], network, cause=Cause.OWN_WISH, now=NOW, until=until)


def resumes(text: str) -> Deed:
    return lambda network: resumed(network.roster[text], network, cause=Cause.OWN_WISH, now=NOW)


def joins(text: str) -> Deed:
    return lambda network: joined(address(text), network, language=Language.EN, now=NOW)


def rows(terminal: Terminal) -> dict[str, dict[str, Any]]:
    assert terminal("member", "list", "--json") == 0
    found = [json.loads(line) for line in terminal.out.splitlines()]
    return {row["address"]: row for row in found}


def test_the_list_says_who_left_paused_and_joined_by_mail(terminal: Terminal) -> None:
    by_mail(terminal, leaves("jan@mail.example"), pauses("piet@mail.example", NOW + 9e5), joins("kim@x.example"))
    shown = rows(terminal)
    day = time.strftime("%Y-%m-%d", time.localtime(NOW))
    assert shown["jan@mail.example"]["why"] == f"left by own wish since {day}"
    assert shown["piet@mail.example"]["why"].startswith(f"paused by own wish since {day}, until ")
    assert (shown["kim@x.example"]["active"], shown["kim@x.example"]["configured"]) == (True, False)
    assert terminal("member", "list") == 0
    assert "3 members, 1 of them gets bulletins" in terminal.out
    assert "joined by mail" in terminal.out
    assert terminal.config.read_text() == GOOD


def test_resuming_ends_a_pause_that_was_wished_by_mail(terminal: Terminal) -> None:
    by_mail(terminal, pauses("piet@mail.example"))
    assert terminal("member", "resume", "piet@work.example") == 0
    assert rows(terminal)["piet@mail.example"]["active"]
    assert terminal.config.read_text() == GOOD
    assert kept(terminal) == ()


def test_pausing_holds_against_a_member_who_resumed_by_mail(terminal: Terminal) -> None:
    assert terminal("member", "pause", "jan@mail.example") == 0
    by_mail(terminal, resumes("jan@mail.example"))
    assert rows(terminal)["jan@mail.example"]["active"]
    assert terminal("member", "pause", "jan@mail.example") == 0
    assert rows(terminal)["jan@mail.example"]["why"] == "paused in the YAML"


def test_who_joined_by_mail_is_paused_resumed_and_removed_beside_the_yaml(terminal: Terminal) -> None:
    by_mail(terminal, joins("kim@x.example"))
    assert terminal("member", "pause", "kim@x.example") == 0
    assert rows(terminal)["kim@x.example"]["why"].startswith("paused by a coordinator")
    assert terminal("member", "resume", "kim@x.example") == 0
    assert rows(terminal)["kim@x.example"]["active"]
    assert terminal("member", "remove", "kim@x.example") == 0
    assert "kim@x.example" not in rows(terminal)
    assert kept(terminal) == ()
    assert terminal.config.read_text() == GOOD


def test_who_left_is_not_resumed_by_mistake_and_can_be_added_again(terminal: Terminal) -> None:
    by_mail(terminal, leaves("jan@mail.example"))
    assert terminal("member", "resume", "jan@mail.example") == 67
    assert "left by own wish" in terminal.error
    assert "`binrelay member add`" in terminal.error
    assert terminal("member", "add", "jan@mail.example") == 0
    assert "had left by mail, and is back" in terminal.out
    assert rows(terminal)["jan@mail.example"]["active"]
    assert terminal.config.read_text() == GOOD


def test_who_is_removed_and_added_again_begins_anew(terminal: Terminal) -> None:
    by_mail(terminal, pauses("jan@mail.example"))
    assert terminal("member", "remove", "jan@mail.example") == 0
    assert terminal("member", "add", "jan@mail.example") == 0
    assert rows(terminal)["jan@mail.example"]["active"]


def test_sync_writes_what_members_did_into_the_yaml_and_keeps_the_rest(terminal: Terminal) -> None:
    terminal("member", "add", "els@x.example", "lot@x.example")
    terminal("member", "pause", "lot@x.example")
    before = terminal.config.read_text()
    deeds = (leaves("jan@mail.example"), pauses("piet@mail.example"), resumes("lot@x.example"))
    by_mail(terminal, *deeds, pauses("els@x.example", NOW + 9e5), joins("kim@x.example"))
    shown = rows(terminal)
    assert terminal("member", "sync", "--dry-run") == 0
    assert "jan@mail.example: left by own wish" in terminal.out
    assert "stays as it is" in terminal.out
    assert terminal.config.read_text() == before
    assert terminal("member", "sync", "--yes") == 0
    text = terminal.config.read_text()
    old = "      - {address: piet@mail.example, name: Piet Jansen, also: [piet@work.example]}\n"
    expected = before.replace("      - jan@mail.example\n", "").replace(old, old.replace("]}", "], paused: true}"))
    lot = "      - {address: lot@x.example, paused: true}\n"
    assert text == expected.replace(lot, "      - lot@x.example\n      - {address: kim@x.example, language: en}\n")
    after = rows(terminal)
    assert {key: row["active"] for key, row in after.items()} == {
        key: row["active"] for key, row in shown.items() if key != "jan@mail.example"
    }
    assert [standing.address.key for standing in kept(terminal)] == ["els@x.example"]
    assert terminal("member", "sync", "--yes") == 0
    assert "has everything that came by mail" in terminal.out


def test_an_export_holds_those_who_are_members_now(terminal: Terminal) -> None:
    by_mail(terminal, leaves("jan@mail.example"), joins("kim@x.example"))
    assert terminal("member", "export") == 0
    assert "jan@mail.example" not in terminal.out
    assert "kim@x.example;;;en;pseudonym;" in terminal.out


@pytest.mark.parametrize("words", [["list"], ["pause", "jan@mail.example"], ["sync"]])
def test_without_a_store_nothing_is_made(terminal: Terminal, words: list[str]) -> None:
    assert terminal("member", *words) == 0
    assert not (terminal.config.parent / "store.sqlite3").exists()
