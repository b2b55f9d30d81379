"""A neighbour is paused for an address that is gone, never for what a server thinks of us, and never removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.dsn import Action, DeliveryReport, RecipientReport
from binrelay.model import Network
from binrelay.records import Recall
from binrelay.records.members import Cause, Failure, Returned, Standing, State
from binrelay.rules.bounce import DAY, FULL_SPAN, judge, read_bounces
from binrelay.rules.membership import overlay, paused
from tests.rules.good import ANNA, JAN, MEMBERS, NETWORK, PIET, POLICE, address, member

NOW = 2_000_000.0
GONE = Failure(1, JAN.address, "5.1.1", NOW - 3 * DAY, counts=True, mail="polo/nl", of=30)
AGAIN = replace(GONE, id=2, at=NOW, mail="golf/nl")
STANDING = paused(JAN, NETWORK, cause=Cause.FAILING, now=NOW)


def verdict(
    *failures: Failure,
    standing: Standing | None = None,
    proofs: dict[str, float] | None = None,
    network: Network = NETWORK,
) -> dict[str, State]:
    standings = (standing,) if standing else ()
    judged = judge(failures, proofs or {}, overlay(network, standings, NOW), standings=standings, now=NOW)
    return {each.address.key: each.state for each in judged.standings}


def test_an_address_that_is_gone_on_two_days_is_paused_and_not_removed() -> None:
    assert verdict(GONE, AGAIN) == {JAN.address.key: State.PAUSED}


def test_one_failure_is_no_failure_nor_are_ten_of_one_day() -> None:
    assert verdict(GONE) == {}
    assert verdict(*(replace(GONE, mail=f"mail-{number}", at=GONE.at + number) for number in range(10))) == {}


@pytest.mark.parametrize("status", ["5.7.1", "5.7.26", "5.1.8", "5.1.0", "5.3.4", "5.4.7", "4.2.2", "4.4.7", None])
def test_what_does_not_speak_of_the_person_pauses_nobody(status: str | None) -> None:
    assert verdict(replace(GONE, status=status), replace(AGAIN, status=status)) == {}


def test_a_full_mailbox_is_given_two_weeks() -> None:
    full = [replace(GONE, id=day, status="5.2.2", at=NOW - day * DAY, mail=f"mail-{day}") for day in (0, 1, 2, 13)]
    assert verdict(*full) == {}
    assert verdict(*full, replace(full[0], at=NOW - FULL_SPAN)) == {JAN.address.key: State.PAUSED}


def test_when_a_mail_fails_with_many_the_mail_is_to_blame() -> None:
    crowd = tuple(member(f"buur{number}@mail.example") for number in range(30))
    network = replace(NETWORK, members=crowd, roster={each.address.key: each for each in crowd})
    before = [replace(GONE, address=each.address) for each in crowd[:1]]
    storm = [replace(AGAIN, id=number, address=each.address) for number, each in enumerate(crowd[:6], 10)]
    judged = judge([*before, *storm], {}, network, standings=(), now=NOW)
    assert judged.blamed == ("golf/nl",)
    assert judged.standings == ()


def test_one_in_ten_of_a_large_network_may_be_gone_without_blaming_the_mail() -> None:
    storm = [replace(AGAIN, id=number, address=address(f"buur{number}@mail.example"), of=500) for number in range(50)]
    assert judge(storm, {}, NETWORK, standings=(), now=NOW).blamed == ()
    over = replace(AGAIN, address=address("more@mail.example"), of=500)
    assert judge([*storm, over], {}, NETWORK, standings=(), now=NOW).blamed == ("golf/nl",)


def test_a_later_success_clears_what_was_and_ends_the_pause() -> None:
    proof = {JAN.address.key: NOW + 1}
    assert verdict(GONE, AGAIN, proofs=proof) == {}
    assert verdict(GONE, AGAIN, proofs=proof, standing=STANDING) == {JAN.address.key: State.AS_LISTED}


def test_a_proof_by_a_second_address_is_a_proof_too() -> None:
    lost = [replace(each, address=PIET.address) for each in (GONE, AGAIN)]
    assert verdict(*lost) == {PIET.address.key: State.PAUSED}
    assert verdict(*lost, proofs={PIET.also[0].key: NOW + 1}) == {}


def test_a_failure_after_a_success_counts_from_there() -> None:
    assert verdict(GONE, AGAIN, proofs={JAN.address.key: GONE.at + 1}) == {}


def test_an_own_pause_is_neither_ended_nor_replaced() -> None:
    own = paused(JAN, NETWORK, cause=Cause.OWN_WISH, now=NOW)
    assert verdict(standing=own) == {}
    assert verdict(GONE, AGAIN, standing=own) == {}


def test_a_mail_that_turns_out_to_be_to_blame_ends_the_pauses_it_caused() -> None:
    storm = [replace(AGAIN, id=number, address=address(f"buur{number}@mail.example")) for number in range(6)]
    assert verdict(GONE, AGAIN, *storm, standing=STANDING) == {JAN.address.key: State.AS_LISTED}


def test_partners_strangers_and_our_own_address_are_never_scored() -> None:
    others = (POLICE.replies_to[0], NETWORK.address, address("someone@elsewhere.example"))
    assert all(verdict(replace(GONE, address=who), replace(AGAIN, address=who)) == {} for who in others)


def test_a_coordinator_whose_bulletins_come_back_is_spared_them_as_a_neighbour_is_and_told_of_once() -> None:
    anna = member(str(ANNA.address), "Anna")
    network = replace(NETWORK, members=(*MEMBERS, anna), coordinators=(replace(ANNA, bulletins=True),))
    lost = [replace(each, address=anna.address) for each in (GONE, AGAIN)]
    (spared,) = judge(lost, {}, network, standings=(), now=NOW).standings
    after = overlay(network, (spared,), NOW)
    assert anna.address not in {each.address for each in after.active_members}
    assert judge(lost, {}, after, standings=(spared,), now=NOW).standings == (), "an hour later nothing new is found"
    proof = {anna.address.key: NOW + 1}
    (back,) = judge(lost, proof, after, standings=(spared,), now=NOW).standings
    assert anna.address in {each.address for each in overlay(network, (back,), NOW).active_members}


def test_what_was_guessed_or_forgiven_does_not_count() -> None:
    assert verdict(replace(GONE, counts=False), AGAIN) == {}


REPORT = DeliveryReport(
    (
        RecipientReport(JAN.address, Action.FAILED, "5.1.1"),
        RecipientReport(address("forwarded@elsewhere.example"), Action.FAILED, "5.2.1"),
    ),
    action=Action.FAILED,
    status="5.2.1",
)


def returned(*people: str, sure: bool = True) -> Recall:
    return Recall(returned=tuple(Returned(address(each), "ours@bin.example", 1, sure) for each in people))


def test_a_report_speaks_of_whom_we_wrote_to_and_of_nobody_else() -> None:
    bounces = read_bounces(REPORT, returned(str(JAN.address), str(PIET.address)), NOW)
    assert [(str(each.address), each.status, each.action) for each in bounces] == [
        (str(JAN.address), "5.1.1", "failed"),
        (str(PIET.address), None, "unclear"),
    ]


def test_of_one_recipient_the_reports_verdict_holds_whomever_it_names() -> None:
    (bounce,) = read_bounces(REPORT, returned(str(PIET.address)), NOW)
    assert (str(bounce.address), bounce.status, bounce.counts) == (str(PIET.address), "5.2.1", True)


def test_a_report_about_no_mail_of_ours_says_nothing_about_anybody() -> None:
    assert read_bounces(REPORT, Recall(), NOW) == ()
    assert all(not each.counts for each in read_bounces(REPORT, returned(str(JAN.address), sure=False), NOW))


def test_everybody_else_stays_as_they_are() -> None:
    assert set(verdict(GONE, AGAIN)) == {JAN.address.key}
    assert len(MEMBERS) > 1
