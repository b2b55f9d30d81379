"""An admin names the provider instead of looking its limits up; what the file says itself wins."""

from __future__ import annotations

import pytest

from binrelay.config.profiles import LIMITS, Profile, limits


def test_without_a_provider_there_is_a_limit_a_mail_and_no_other() -> None:
    assert limits(None, {}) == {"max_recipients": 50}


@pytest.mark.parametrize("profile", Profile)
def test_every_provider_has_limits_and_none_is_more_than_a_server_must_take(profile: Profile) -> None:
    known = limits(profile, {})
    assert known.keys() <= set(LIMITS)
    assert all(number is not None and number > 0 for number in known.values())
    assert (known["max_recipients"] or 0) <= 100


def test_the_limits_of_a_provider_are_those_it_gives() -> None:
    assert limits(Profile.MICROSOFT365, {}) == {
        "max_recipients": 100,
        "messages_per_minute": 30,
        "recipients_per_day": 10_000,
    }
    assert limits(Profile.EASYNAME, {})["recipients_per_hour"] == 400


def test_what_the_file_says_wins_over_the_provider() -> None:
    given = {"max_recipients": 500, "messages_per_minute": None, "recipients_per_day": 300}
    own = limits(Profile.MICROSOFT365, given)
    assert (own["max_recipients"], own["messages_per_minute"], own["recipients_per_day"]) == (500, 30, 300)
