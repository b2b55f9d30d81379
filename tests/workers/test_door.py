"""Nothing reaches the provider that would name a neighbour to somebody else, whichever way it came into the outbox."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from binrelay.errors import WouldExpose
from binrelay.mail.envelope import Envelope
from binrelay.model import Member, Network
from binrelay.ports import Room
from binrelay.records import Kind, Mail
from binrelay.workers.door import Door
from tests.rules.good import FATIMA, JAN, NETWORK, POLICE
from tests.rules.letters import letter
from tests.support.passage import Sender
from tests.workers.conftest import Office

PACKAGE = Path(__file__).parent.parent.parent / "binrelay"
ENVELOPE = Envelope(None, (FATIMA.address,))


def queued(text: str, *, kind: Kind = Kind.BULLETIN, key: str = f"{NETWORK.id}/x") -> Mail:
    content = b"From: c@bin.example\r\nSubject: x\r\n\r\n" + text.encode() + b"\r\n"
    return Mail(key, NETWORK.id, kind, f"{key}@bin.example", None, False, content, (FATIMA.address,))


def with_names(network: Network, *, jan: str) -> Network:
    members = tuple(replace(each, name=jan) if each == JAN else each for each in network.members)
    return with_members(network, *members)


def with_members(network: Network, *members: Member) -> Network:
    return replace(network, members=members, roster={key.key: each for each in members for key in each.addresses})


@pytest.mark.parametrize("kind", Kind)
async def test_a_mail_of_any_kind_that_names_a_neighbour_is_stopped_for_good(office: Office, kind: Kind) -> None:
    await office.store.post([queued("Bel jan@mail.example", kind=kind)])
    await office.send()
    assert str(FATIMA.address) not in office.provider.recipients
    assert (await office.store.results(NETWORK.id, f"{NETWORK.id}/x")).failed == 1
    told = 0 if kind is Kind.NOTICE else 1
    assert office.provider.recipients == ["anna@home.example"] * told
    assert not [content for _, content in office.provider.taken if b"jan@mail" in content]


async def test_who_became_a_member_after_a_mail_was_queued_is_not_named_by_it(office: Office) -> None:
    await office.store.post([queued("Bel nieuw@mail.example")])
    newcomer = replace(FATIMA, address=replace(FATIMA.address, key="nieuw@mail.example", spelled="nieuw@mail.example"))
    office.world.network = with_members(NETWORK, *NETWORK.members, newcomer)
    await office.send()
    assert str(FATIMA.address) not in office.provider.recipients


async def test_a_name_that_was_written_down_after_a_reply_was_queued_is_not_passed_on(office: Office) -> None:
    office.inbox.put(letter("jan@mail.example", "Kapotte lantaarn", "Groet, Johannes Klaassen\n"))
    await office.look()
    assert not await office.store.held()
    office.world.network = with_names(NETWORK, jan="Johannes Klaassen")
    await office.send()
    assert str(POLICE.replies_to[0]) not in office.provider.recipients


async def test_a_neighbours_own_mail_that_is_released_to_all_does_not_carry_the_name(office: Office) -> None:
    office.inbox.put(letter("jan@mail.example", "Buurtfeest", "Komt allen! Groet, Jan de Vries\n"), room=Room.RELEASE)
    await office.look()
    await office.send()
    assert not [each for each in office.provider.recipients if each != "anna@home.example"]
    assert [record.why for record in await office.store.held()] == ["names-a-member"]


async def test_a_coordinator_who_answers_as_a_neighbour_is_not_named_either(office: Office) -> None:
    office.inbox.put(
        letter(
            "wijkagent@politie.example",
            "Gele Polo",
            fields={"Authentication-Results": "mx.provider.example; dmarc=pass"},
        )
    )
    await office.look()
    await office.send()
    bulletin = office.provider.taken[0][1].partition(b"Message-ID: ")[2].partition(b"\r\n")[0].decode()
    fields = {"In-Reply-To": bulletin}
    office.inbox.put(letter("Anna <anna@home.example>", "Re: Gele Polo", "Gezien. Groet, Anna\n", fields=fields))
    await office.look()
    await office.send()
    reply = next(content for envelope, content in office.provider.taken if envelope.recipients == POLICE.replies_to)
    assert b"Anna" not in reply
    assert b"anna@home" not in reply


async def test_the_same_content_is_looked_through_once_and_again_when_it_or_the_roster_changed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def counting(mail: Mail, *_: object, **__: object) -> bool:
        looked.append(mail.key)
        return False

    monkeypatch.setattr("binrelay.workers.door.names_a_member", counting)
    door = Door(office.world, office.provider)
    first = await door.look(queued("een"))
    await door.look(queued("een"))
    assert len(looked) == 1
    await door.look(queued("twee"))
    assert len(looked) == 2
    office.world.network = with_members(NETWORK, JAN, FATIMA)
    await door.submit(first, (ENVELOPE,), Sender())
    assert len(looked) == 3


async def test_a_roster_that_changes_between_look_and_hand_over_is_looked_at_too(office: Office) -> None:
    door = Door(office.world, office.provider)
    passed = await door.look(queued("Bel nieuw@mail.example"))
    newcomer = replace(FATIMA, address=replace(FATIMA.address, key="nieuw@mail.example", spelled="nieuw@mail.example"))
    office.world.network = with_members(NETWORK, newcomer)
    with pytest.raises(WouldExpose):
        await door.submit(passed, (ENVELOPE,), Sender())
    assert office.provider.taken == []


def calls(name: str) -> dict[str, list[int]]:
    """Where the package calls something of that name: file and lines."""
    found: dict[str, list[int]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if (getattr(called, "attr", None) or getattr(called, "id", None)) == name:
                found.setdefault(str(path.relative_to(PACKAGE)), []).append(node.lineno)  # type: ignore[attr-defined]
    return found


def test_there_is_one_door() -> None:
    """A submitter is called in the door alone, and what the door lets pass is made there alone."""
    submitting = calls("submit")
    assert submitting.pop("workers/door.py") != []
    assert set(submitting) <= {"workers/delivery.py"}, "only the delivery hands a mail to the door"
    assert list(calls("Pass")) == ["workers/door.py"]
    assert "submitter.submit" not in (PACKAGE / "workers/delivery.py").read_text(encoding="utf-8")
