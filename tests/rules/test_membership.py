"""What members do by mail lies over the YAML, and the admin keeps the last word."""

from __future__ import annotations

from dataclasses import replace

from binrelay.model import Language, Listed, Member, Network
from binrelay.records.members import Cause, Standing, State
from binrelay.rules.facts import speaker_of
from binrelay.rules.membership import current, departed, joined, outlived, overlay, paused, resumed
from tests.rules.good import ANNA, JAN, MEMBERS, NETWORK, PIET, POLICE, address

NOW = 1_000_000.0
DAY = 86400.0
JOOST = address("joost@nieuw.example")
GONE = departed(JAN, NETWORK, cause=Cause.OWN_WISH, now=NOW)
AWAY = paused(JAN, NETWORK, cause=Cause.OWN_WISH, now=NOW, until=NOW + DAY)
NEW = joined(JOOST, NETWORK, language=Language.FR, now=NOW)


def yaml(*members: Member) -> Network:
    return replace(NETWORK, members=members, roster={each.key: one for one in members for each in one.addresses})


def shut(member: Member) -> Member:
    return replace(member, paused=True, listed=Listed.PAUSED)


def active(network: Network) -> set[str]:
    return {str(member.address) for member in network.active_members}


def test_without_standings_the_yaml_is_the_network() -> None:
    assert overlay(NETWORK, (), NOW) is NETWORK


def test_a_neighbour_who_left_gets_nothing_and_is_a_stranger() -> None:
    network = overlay(NETWORK, (GONE,), NOW)
    assert str(JAN.address) not in active(network)
    assert JAN.address not in {member.address for member in network.members}
    assert speaker_of(JAN.address, network) is None


def test_the_address_of_a_neighbour_who_left_is_still_kept_from_everybody() -> None:
    assert JAN.address.key in overlay(NETWORK, (GONE,), NOW).roster


def test_a_pause_ends_by_itself_on_its_day() -> None:
    assert str(JAN.address) not in active(overlay(NETWORK, (AWAY,), NOW + DAY - 1))
    assert str(JAN.address) in active(overlay(NETWORK, (AWAY,), NOW + DAY))
    assert [each.state for each in outlived(NETWORK, (AWAY,), NOW + DAY)] == [State.AS_LISTED]


def test_a_paused_neighbour_is_still_a_member_and_may_write() -> None:
    network = overlay(NETWORK, (AWAY,), NOW)
    assert len(network.members) == len(MEMBERS)
    assert isinstance(speaker_of(JAN.address, network), Member)


def test_a_pause_without_an_end_stays() -> None:
    forever = paused(JAN, NETWORK, cause=Cause.FAILING, now=NOW)
    assert outlived(NETWORK, (forever,), NOW + 1000 * DAY) == ()


def test_a_newcomer_whom_the_coordinator_let_in_gets_bulletins_in_their_own_language() -> None:
    network = overlay(NETWORK, (NEW,), NOW)
    newcomer = network.roster[JOOST.key]
    assert newcomer.language is Language.FR
    assert str(JOOST) in active(network)


def test_a_newcomer_can_pause_and_comes_back_when_the_pause_is_over() -> None:
    newcomer = overlay(NETWORK, (NEW,), NOW).roster[JOOST.key]
    away = paused(newcomer, NETWORK, cause=Cause.OWN_WISH, now=NOW, until=NOW + DAY)
    assert str(JOOST) not in active(overlay(NETWORK, (away,), NOW))
    (back,) = outlived(NETWORK, (away,), NOW + DAY)
    assert (back.state, back.language) == (State.JOINED, Language.FR)
    assert str(JOOST) in active(overlay(NETWORK, (back,), NOW + DAY))


def test_of_a_newcomer_who_leaves_nothing_is_kept() -> None:
    newcomer = overlay(NETWORK, (NEW,), NOW).roster[JOOST.key]
    assert departed(newcomer, NETWORK, cause=Cause.OWN_WISH, now=NOW).state is State.AS_LISTED


def test_who_resumes_although_the_yaml_pauses_them_gets_bulletins_again() -> None:
    network = yaml(shut(JAN), PIET)
    back = resumed(network.roster[JAN.address.key], network, cause=Cause.OWN_WISH, now=NOW)
    assert back.state is State.ACTIVE
    assert str(JAN.address) in active(overlay(network, (back,), NOW))


def test_who_resumes_from_an_own_pause_is_as_the_yaml_says() -> None:
    member = overlay(NETWORK, (AWAY,), NOW).roster[JAN.address.key]
    assert resumed(member, NETWORK, cause=Cause.OWN_WISH, now=NOW).state is State.AS_LISTED


def test_an_admin_who_pauses_removes_or_adds_somebody_afterwards_has_the_last_word() -> None:
    assert current(AWAY, yaml(shut(JAN)), NOW).state is State.AS_LISTED
    assert current(GONE, yaml(PIET), NOW).state is State.AS_LISTED
    assert current(NEW, yaml(JAN, replace(PIET, address=JOOST)), NOW).state is State.AS_LISTED


def test_an_edit_of_another_neighbour_or_of_a_name_changes_no_wish() -> None:
    assert current(AWAY, yaml(replace(JAN, name="Jan"), shut(PIET)), NOW) == AWAY


def test_a_wish_stays_when_the_admin_swaps_two_addresses_of_a_member() -> None:
    gone = departed(PIET, NETWORK, cause=Cause.OWN_WISH, now=NOW)
    swapped = replace(PIET, address=PIET.also[0], also=(PIET.address,))
    assert active(overlay(yaml(JAN, swapped), (gone,), NOW)) == {str(JAN.address)}


def test_a_newcomer_whose_address_becomes_a_partners_or_coordinators_is_no_member() -> None:
    for taken in (POLICE.replies_to[0], ANNA.address, NETWORK.address, address("any@politie.example")):
        standing: Standing = replace(NEW, address=taken)
        assert taken.key not in overlay(NETWORK, (standing,), NOW).roster


def test_who_left_and_is_then_made_a_coordinator_with_bulletins_gets_them() -> None:
    jan = replace(ANNA, address=JAN.address, bulletins=True)
    network = replace(yaml(PIET, JAN), coordinators=(jan,), roster={})
    assert current(GONE, network, NOW).state is State.AS_LISTED
    assert str(JAN.address) in active(overlay(network, (GONE,), NOW))
