"""A mail as long as a book waits: it cannot be looked through for whom it names without holding up everybody else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from binrelay.mail.dsn import DeliveryReport
from binrelay.rules.decision import Bounce, Bulletin, Hold, Why
from binrelay.rules.intake import decide
from tests.rules.good import BULLETIN, BY_MEMBER, BY_STRANGER, NETWORK


def test_a_bulletin_as_long_as_a_book_waits_and_a_coordinator_may_send_it() -> None:
    decision = decide(replace(BULLETIN, too_much_text=True), NETWORK)
    assert isinstance(decision, Hold)
    assert (decision.rule, decision.why) == (5, Why.TOO_MUCH_TEXT)
    assert isinstance(decision.released, Bulletin)


@pytest.mark.parametrize("approved", [False, True])
def test_a_members_mail_as_long_as_a_book_waits_for_nobody_can_take_the_member_out_of_it(*, approved: bool) -> None:
    decision = decide(replace(BY_MEMBER, too_much_text=True, approved=approved), NETWORK)
    assert isinstance(decision, Hold)
    assert (decision.rule, decision.why) == (5, Why.TOO_MUCH_TEXT)
    assert decision.released is None


def test_a_delivery_report_that_returns_a_whole_mail_as_text_is_still_read() -> None:
    report = DeliveryReport(())
    assert decide(replace(BY_STRANGER, report=report, too_much_text=True), NETWORK) == Bounce(
        2, Why.DELIVERY_REPORT, report
    )
