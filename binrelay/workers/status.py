"""What `status` says of this daemon: its networks, its configuration, its database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from binrelay.workers.world import World


@dataclass(frozen=True, slots=True)
class Condition:
    """How the daemon itself is, beside its networks."""

    pid: int
    written: float
    loaded: float  # when the configuration was
    error: str | None  # with an edit of it that was refused


async def daemon_status(worlds: Sequence[World], condition: Condition) -> dict[str, object]:
    networks = [await _network_status(world) for world in worlds]
    # A mailbox that another daemon watches is well as far as this one can tell.
    well = all(
        network["mailbox"] in ("idle", "elsewhere") and not (network["refused"] or network["stopped"])
        for network in networks
    )
    return {
        "ok": well and condition.error is None,
        "pid": condition.pid,
        "written": condition.written,
        "networks": networks,
        "config": {"loaded": _moment(condition.loaded), "error": condition.error},
    }


async def _network_status(world: World) -> dict[str, object]:
    network = world.network
    counts = await world.store.counts(network.id, world.clock.now())
    watch = await world.store.watch(network.id)
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
        "left_alone": (watch.left_alone if watch else 0) + counts.left,
        "trouble": world.health.trouble,
        "refused": world.health.refused,
        "stopped": world.health.stopped,
        "forgetting": {
            "database": _moment(world.health.forgot),
            "folders": _moment(world.health.tidied),
            "oldest_content": _moment(world.health.oldest),
        },
    }


def _reached_by(world: World, waiting: int) -> float | None:
    """When the provider's limits let the last recipient's copy out; None: nobody waits, or nobody can say."""
    return world.forecast(waiting, world.clock.now()) if waiting else None


def _moment(unix: float | None) -> str | None:
    return None if unix is None else datetime.fromtimestamp(unix, UTC).isoformat(timespec="seconds")
