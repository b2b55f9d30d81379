"""Ten thousand conversations: what may be private reaches one member at most, and nobody is named to anybody.

`make test` lives through the first twelve hundred of them, `make conversations` through all.
Every rule and table is the real one. What goes out is judged by the standard library's reader and by plain searches, not by
the checks of the product itself.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr
from html import unescape
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from binrelay.model import Identity
from binrelay.records import Kind, Mail, Plan
from tests.generated.composer import OFFICERS, STEPS, TAG, Step, header, read, write
from tests.generated.street import NEIGHBOURS, STREET, Street, empty_memory, history, one_thread

SHARE = 400  # conversations in a chunk, at least
CHUNKS = 25 if os.environ.get("EVERY_CONVERSATION") else 3
STEPS_A_HISTORY = 24
HISTORIES = 24  # in a chunk
REPLIES = ("re:", "antw:", "aw:", "[ext] re:", "re[2]:", "re :")
FORWARDS = ("fwd:", "doorst:")
BY_ADDRESS = {each.key: neighbour for neighbour in NEIGHBOURS for each in neighbour.addresses}
ADDRESSES = tuple(BY_ADDRESS)
AUTHORITIES = {each for partner in STREET.partners for each in partner.replies_to} | {
    each.address for each in STREET.coordinators
}
COUNTED: Counter[str] = Counter()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return empty_memory()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nobody_is_named_and_nothing_private_reaches_more_than_one(chunk: int, engine: Engine) -> None:
    before = COUNTED["conversations"]
    runner = asyncio.Runner(loop_factory=one_thread)

    @seed(chunk)
    @settings(
        max_examples=HISTORIES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(STEPS, min_size=STEPS_A_HISTORY, max_size=STEPS_A_HISTORY))
    def play(steps: list[Step]) -> None:
        with history(engine) as street:
            runner.run(_live_through(street, steps))

    with runner:
        play()
    assert COUNTED["conversations"] - before >= SHARE
    assert set(COUNTED) >= {"bulletin", "reply", "report", "answer", "hold", "released", "with marks of a reply"}


async def _live_through(street: Street, steps: Sequence[Step]) -> None:
    for number, step in enumerate(steps):
        if step.what == "release" and street.held:
            content, held = street.held.pop(step.about % len(street.held))
            released = await street.release(content, held)
            if released is not None:
                _check(street, released, content, approved=True)
            continue
        known = [mail.message_id for mail in street.mails]
        content = write(step, number, mails=street.mails, posted=street.posted)
        if step.what == "drag":
            _check(street, await street.drag_from_inbox(content), content, approved=True)
            continue
        replied = _was_replied(street, content)
        plan = await street.post(content)
        _check(street, plan, content, approved=False)
        _check_private(plan, content, known, replied=replied)


def _check(street: Street, plan: Plan, content: bytes, *, approved: bool) -> None:
    COUNTED["conversations"] += len({each.tag for each in plan.conversations} - _seen(street))
    _seen(street).update(each.tag for each in plan.conversations)
    COUNTED["mails in"] += 1
    COUNTED[plan.arrival.decision] += 1
    COUNTED["released"] += approved
    for mail in (*plan.mails, *street.notices(plan)):
        COUNTED["mails out"] += 1
        _check_form(mail)
        _check_recipients(mail)
        _check_names(mail)


def _seen(street: Street) -> set[str]:
    seen: set[str] = street.__dict__.setdefault("tags", set())
    return seen


# ------------------------------------------------------------ private


def _check_private(plan: Plan, content: bytes, known: Sequence[str], *, replied: bool) -> None:
    """Without a coordinator's word, what bears any mark of a reply has one member among its recipients at most."""
    reached = {each for mail in plan.mails for each in mail.recipients if each.key in BY_ADDRESS}
    if _follows_up(plan, content, replied=replied):
        COUNTED["follow-up"] += 1
        return
    if _is_reply(content, known) or parseaddr(header(content, "From"))[1] in BY_ADDRESS:
        COUNTED["with marks of a reply"] += 1
        assert len(reached) <= 1, (plan.arrival.decision, plan.arrival.why)


def _is_reply(content: bytes, known: Sequence[str]) -> bool:
    message = read(content)
    subject = header(content, "Subject").casefold()
    bare = subject.removeprefix("[bin wilhelminapark] ")
    forward = bare.startswith(FORWARDS)
    if bare.startswith(REPLIES) or message["Thread-Index"]:
        return True
    if not forward and (message["In-Reply-To"] or message["References"]):
        return True
    return any(each in content.decode("utf-8", "replace") for each in known) or "[bin wilhelminapark " in subject


def _follows_up(plan: Plan, content: bytes, *, replied: bool) -> bool:
    """The one exception: a partner continues its own bulletin that nobody has answered yet."""
    if plan.arrival.why != "follow-up":
        return False
    assert not replied
    assert header(content, "In-Reply-To").endswith("@pc.example>")
    assert not TAG.search(header(content, "Subject"))
    return True


def _was_replied(street: Street, content: bytes) -> bool:
    """Whether a member's reply to the bulletin made of the mail that this one answers was passed on."""
    original = header(content, "In-Reply-To")
    replies = (mail for mail in street.mails if mail.kind is Kind.REPLY and mail.bulletin)
    return bool(original) and any(original in header(mail.content, "References") for mail in replies)


# ------------------------------------------------------------ named


def _check_names(mail: Mail) -> None:
    """Nobody's address stands in it but its one recipient's or a named member's own; no name either."""
    if mail.kind in (Kind.ANSWER, Kind.ACKNOWLEDGEMENT):
        assert len(mail.recipients) == 1
        own = BY_ADDRESS.get(mail.recipients[0].key)
    else:
        own = next((BY_ADDRESS[each.key] for each in mail.may_name), None)
        assert own is None or (own.identity is Identity.NAMED and mail.kind in (Kind.REPLY, Kind.REPORT))
    mine = {each.key for each in own.addresses} if own else set()
    for text in _shown(mail.content):
        assert not [each for each in ADDRESSES if each in text and each not in mine]
        names = [each.name.casefold() for each in NEIGHBOURS if each.name and each != own]
        assert not [name for name in names if name in text], (mail.kind, text[:2000])


def _shown(content: bytes) -> Iterator[str]:
    """All that the standard library's reader can make of it, folded."""
    message = read(content)
    texts = [content.decode("utf-8", "replace")]
    for part in message.walk():
        texts += [" ".join(str(make_header(decode_header(value))).split()) for value in part.values()]
        texts.append(part.get_filename() or "")
        if not part.is_multipart():
            raw = part.get_payload(decode=True)
            texts.append(raw.decode("utf-8", "replace") if isinstance(raw, bytes) else "")
    for text in texts:
        plain = unquote(unescape(text)).casefold()
        yield plain
        yield " ".join(plain.split())


# ------------------------------------------------------------ form


def _check_form(mail: Mail) -> None:
    message = read(mail.content)
    for name in ("From", "To", "Message-ID", "Date", "Subject"):
        assert len(message.get_all(name, [])) == 1, name
    assert [address for _, address in getaddresses([header(mail.content, "From")])] == [str(STREET.address)]
    assert header(mail.content, "Message-ID") == f"<{mail.message_id}>"
    assert header(mail.content, "Date").endswith(" +0000")
    assert not {"Cc", "Bcc", "Received", "Sender", "X-Mailer", "Resent-To"} & set(message.keys())
    assert b"\r\n.\r\n" not in mail.content
    assert mail.content.count(b"\n") == mail.content.count(b"\r\n") == mail.content.count(b"\r")
    assert max(map(len, mail.content.split(b"\r\n"))) <= 998


def _check_recipients(mail: Mail) -> None:
    members = [each for each in mail.recipients if each.key in BY_ADDRESS]
    if mail.kind in (Kind.REPLY, Kind.REPORT, Kind.NOTICE):
        assert set(mail.recipients) <= AUTHORITIES
    if mail.kind is Kind.BULLETIN:
        assert [address for _, address in getaddresses([header(mail.content, "To")])] == [str(STREET.address)]
    elif members:
        assert len(mail.recipients) == 1
    assert mail.reverse_path in (None, STREET.address)


def test_the_searches_of_this_test_find_what_they_are_for() -> None:
    exposed = b"Subject: x\r\nContent-Type: text/html\r\n\r\n<p>jan&#64;mail.example Jan\r\n de Vries</p>\r\n"
    texts = "\n".join(_shown(exposed))
    assert "jan@mail.example" in texts
    assert "jan de vries" in texts
    assert OFFICERS[0] not in ADDRESSES
