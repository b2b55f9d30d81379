"""What `status` says of this daemon: its networks, its configuration, its database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from binrelay.records import Counts, Watch
from binrelay.workers.world import World

STATUS_EVERY = 2.0  # seconds
STATUS_AT_START = 0.1  # while a mailbox has not been looked at yet
START = 30.0  # seconds for which that may last


def until_next_status(age: float, *, all_seen: bool) -> float:
    """Seconds. `age` is the daemon's: a mailbox that is connected anew all day must not cost ten files a second."""
    return STATUS_AT_START if age < START and not all_seen else STATUS_EVERY


@dataclass(frozen=True, slots=True)
class Condition:
    """How the daemon itself is, beside its networks."""

    pid: int
    written: float
    loaded: float  # when the configuration was
    error: str | None  # with an edit of it that was refused


@dataclass(frozen=True, slots=True)
class _Tally:
    version: str
    counts: Counts
    watch: Watch | None

    def stands(self, version: str) -> bool:
        """Deferred mail becomes due by the clock alone."""
        return version == self.version and not self.counts.deferred


class Board:
    """What was counted last, network by network: at rest nothing is counted twice."""

    def __init__(self) -> None:
        self._tallies: dict[str, _Tally] = {}

    async def look(self, world: World) -> _Tally:
        store, network, version = world.store, world.network.id, await world.store.version()
        known = self._tallies.get(network)
        if known is None or not known.stands(version):
            known = _Tally(version, await store.counts(network, world.clock.now()), await store.watch(network))
            self._tallies[network] = known
        return known


async def daemon_status(worlds: Sequence[World], condition: Condition, board: Board) -> dict[str, object]:
    networks = [_network_status(world, await board.look(world)) for world in worlds]
    # A mailbox that another daemon watches is well as far as this one can tell.
    well = all(
        network["mailbox"] in ("idle", "elsewhere")
        and not (network["refused"] or network["stopped"] or _stuck(network))
        for network in networks
    )
    return {
        "ok": well and condition.error is None,
        "pid": condition.pid,
        "written": condition.written,
        "networks": networks,
        "config": {"loaded": _moment(condition.loaded), "error": condition.error},
    }


def _stuck(network: Mapping[str, object]) -> bool:
    """Mail is passed on, and the server does not move it to its folder."""
    return network["mailbox"] == "idle" and network["trouble"] is not None


def _network_status(world: World, tally: _Tally) -> dict[str, object]:
    network, counts, watch = world.network, tally.counts, tally.watch
    return {
        "id": network.id,
        "mailbox": world.health.mailbox,
        "last_seen": _moment(world.health.last_seen),
        "held": counts.held,
        "queued": counts.queued,
        "deferred": counts.deferred,
        "members": len(network.members),
        "paused": len(network.members) - len(network.active_members),
        "reached_by": _moment(_reached_by(world, counts.queued + counts.deferred)),
        "left_alone": _left_uncounted(watch) + counts.left,
        "trouble": world.health.trouble,
        "refused": world.health.refused,
        "stopped": world.health.stopped,
        "forgetting": {
            "database": _moment(world.health.forgot),
            "folders": _moment(world.health.tidied),
            "oldest_content": _moment(world.health.oldest),
        },
    }


def _left_uncounted(watch: Watch | None) -> int:
    """What lay in INBOX at the very first start has no row of its own until the server numbers the mailbox anew."""
    return watch.left_alone if watch and watch.first_uid > 1 else 0


def _reached_by(world: World, waiting: int) -> float | None:
    """When the provider's limits let the last recipient's copy out; None: nobody waits, or nobody can say."""
    return world.forecast(waiting, world.clock.now()) if waiting else None


def _moment(unix: float | None) -> str | None:
    return None if unix is None else datetime.fromtimestamp(unix, UTC).isoformat(timespec="seconds")
