"""Many transactions behind each other: fast, and still exact about each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from binrelay.mail.envelope import Envelope
from binrelay.transport import smtp_train
from binrelay.transport.smtp import LONGEST_TRAIN, SmtpSubmitter
from tests.support.passage import Sender, submit_train
from tests.support.smtp_peer import CHUNKING, NO_PIPELINING, POLITE, Manners, SmtpPeer, account_for, envelope_for

CONTENT = b"Subject: Gele Polo\r\n\r\n.Let op\r\n"
STUFFED = b"Subject: Gele Polo\r\n\r\n..Let op\r\n"
FIVE = tuple(envelope_for(f"m{number}@home.example") for number in range(5))
EVERY_WAY = pytest.mark.parametrize(
    "manners", [CHUNKING, POLITE, NO_PIPELINING], ids=["chunking", "pipelining", "step by step"]
)


async def train_over(
    manners: Manners, envelopes: Sequence[Envelope] = FIVE, *, stopped: Sequence[int] = ()
) -> tuple[Sender, SmtpPeer]:
    async with SmtpPeer(manners) as peer:
        submitter = SmtpSubmitter(account_for(peer.port), ehlo_name="bin.example")
        sender = Sender(stopped=stopped)
        await submitter.submit(envelopes, CONTENT, sender)
        await submitter.close()
    return sender, peer


@EVERY_WAY
async def test_each_transaction_has_its_own_answer_over_one_connection(manners: Manners) -> None:
    sender, peer = await train_over(manners)
    assert sender.codes() == [[250]] * 5
    assert (peer.connections, len(peer.contents), peer.said("MAIL")) == (1, 5, 5)
    assert set(peer.contents) == {CONTENT if manners is CHUNKING else STUFFED}


@EVERY_WAY
async def test_no_content_ends_before_its_departure_is_on_record(manners: Manners) -> None:
    sender, _ = await train_over(manners)
    for place in range(5):
        departed = next(at for at, line in enumerate(sender.log) if line.startswith("depart") and str(place) in line)
        assert departed < sender.log.index(f"ended {place}")


async def test_with_chunking_all_of_it_leaves_in_one_flight() -> None:
    sender, peer = await train_over(CHUNKING)
    assert sender.log[0] == "depart 0 1 2 3 4"
    verbs = [command.split()[0].split(":")[0] for command in peer.commands]
    assert verbs == ["EHLO", *["MAIL", "RCPT", "BDAT"], *["RSET", "MAIL", "RCPT", "BDAT"] * 4, "QUIT"]


@pytest.mark.parametrize(
    ("moment", "asked"), [(0.0, ["0", "1", "2", "3", "4"]), (60.0, ["0", "1 2 3 4"])], ids=["slow line", "fast line"]
)
async def test_departures_of_one_moment_are_put_on_record_together(
    monkeypatch: pytest.MonkeyPatch, moment: float, asked: list[str]
) -> None:
    monkeypatch.setattr(smtp_train, "TOGETHER", moment)
    sender, _ = await train_over(POLITE)
    assert [line.removeprefix("depart ") for line in sender.log if line.startswith("depart")] == asked
    assert sender.codes() == [[250]] * 5


async def test_whose_departure_was_put_on_record_early_is_not_in_doubt_when_the_line_breaks_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(smtp_train, "TOGETHER", 60.0)
    sender, _ = await train_over(replace(POLITE, stops_after=2))
    assert sender.codes() == [[250], [250], "SubmissionUncertain", "SubmissionFailed", "SubmissionFailed"]


async def test_a_mail_stopped_while_others_depart_early_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp_train, "TOGETHER", 60.0)
    sender, peer = await train_over(POLITE, FIVE[:4], stopped=(3,))
    assert sender.codes() == [[250], [250], [250], "SubmissionFailed"]
    assert len(peer.contents) == 3


@EVERY_WAY
async def test_a_refused_recipient_costs_nobody_else_anything(manners: Manners) -> None:
    refusing = replace(
        manners, refuses={"m1@home.example": "550 5.1.1 no such user", "m3@home.example": "450 4.2.1 busy"}
    )
    two = envelope_for("m1@home.example", "m2@home.example")
    sender, peer = await train_over(refusing, [*FIVE, two])
    assert sender.codes() == [[250], [550], [250], [450], [250], [550, 250]]
    assert len(list(filter(None, peer.contents))) == 4


@EVERY_WAY
async def test_a_refused_sender_or_data_is_told_of_each_and_blames_nobody(manners: Manners) -> None:
    sender, peer = await train_over(
        replace(manners, replies={"MAIL": "550 5.7.1 no", "RCPT": "503 no", "DATA": "503 no"})
    )
    assert sender.codes() == ["SubmissionFailed"] * 5
    assert (peer.connections, peer.contents) == (1, [])


async def test_a_server_that_offers_bdat_and_does_not_know_it_gets_data() -> None:
    refusing = replace(CHUNKING, replies={"BDAT": "502 5.5.1 not implemented"})
    async with SmtpPeer(refusing) as peer:
        submitter = SmtpSubmitter(account_for(peer.port), ehlo_name="bin.example")
        first = await submit_train(submitter, FIVE[:1], b"")
        again = await submit_train(submitter, FIVE, CONTENT)
        await submitter.close()
    assert (first.codes(), again.codes()) == ([[250]], [[250]] * 5)
    assert (peer.said("BDAT"), len(peer.contents)) == (1, 6)


@pytest.mark.parametrize(
    ("manners", "uncertain", "untouched"), [(CHUNKING, 3, 0), (POLITE, 1, 2)], ids=["chunking", "pipelining"]
)
async def test_a_line_that_breaks_leaves_open_only_what_was_on_its_way(
    manners: Manners, uncertain: int, untouched: int
) -> None:
    sender, peer = await train_over(replace(manners, stops_after=2))
    broken = ["SubmissionUncertain"] * uncertain + ["SubmissionFailed"] * untouched
    assert sender.codes() == [[250], [250], *broken]
    assert peer.connections == 1, "what may have arrived was sent again"


async def test_after_a_line_choked_on_chunks_the_next_try_is_a_plain_one() -> None:
    async with SmtpPeer(replace(CHUNKING, drops_at="CONTENT")) as peer:
        submitter = SmtpSubmitter(account_for(peer.port), ehlo_name="bin.example")
        assert (await submit_train(submitter, FIVE[:1], CONTENT)).codes() == ["SubmissionUncertain"]
        peer.manners = CHUNKING
        assert (await submit_train(submitter, FIVE[:1], CONTENT)).codes() == [[250]]
        await submitter.close()
    assert (peer.said("BDAT"), peer.said("DATA")) == (1, 1)


@EVERY_WAY
async def test_a_server_that_takes_two_mails_a_connection_gets_two_a_connection(manners: Manners) -> None:
    sender, peer = await train_over(replace(manners, takes_mails=2))
    assert sender.codes() == [[250]] * 5
    assert (peer.connections, len(peer.contents)) == (3, 5)


@EVERY_WAY
async def test_a_mail_stopped_at_the_last_moment_does_not_leave(manners: Manners) -> None:
    sender, peer = await train_over(manners, FIVE[:3], stopped=(2,))
    assert sender.codes() == [[250], [250], "SubmissionFailed"]
    assert len(peer.contents) == 2


async def test_trains_grow_while_they_are_answered_and_shrink_when_a_line_breaks() -> None:
    async with SmtpPeer(CHUNKING) as peer:
        submitter = SmtpSubmitter(account_for(peer.port), ehlo_name="bin.example")
        windows = [submitter.window]
        for _ in range(7):
            await submit_train(submitter, FIVE[:1], CONTENT)
            windows.append(submitter.window)
        assert windows == [1, 2, 4, 8, 16, 32, 32, 32]
        assert windows[-1] == LONGEST_TRAIN
        peer.manners = replace(CHUNKING, drops_at="MAIL")
        peer.hang_up()
        await submit_train(submitter, FIVE[:1], CONTENT)
        assert submitter.window == LONGEST_TRAIN // 2
        await submitter.close()


@EVERY_WAY
async def test_421_to_the_end_of_a_content_ends_the_train_and_leaves_the_rest_untried(manners: Manners) -> None:
    sender, peer = await train_over(replace(manners, replies={"DOT": "421 4.3.2 going down"}))
    assert sender.codes() == [[421], *["SubmissionFailed"] * 4]
    assert peer.connections == 1
