"""`status`: what the running daemon wrote last, seconds ago, and what the exit code says of it."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from binrelay.cli.exits import Exit, complain, quiet, show_problems
from binrelay.cli.lines import write_line
from binrelay.cli.wording import counted
from binrelay.config import load_settings
from binrelay.errors import ConfigError, MailboxRefused, StoreError, StoreLost
from binrelay.mail.quiet import without_addresses
from binrelay.rota import Attendance
from binrelay.store.place import database_path
from binrelay.transport.system import read_status, status_path

DEFAULT_STORE = "sqlite:///var/lib/binrelay/binrelay.sqlite3"
FRESH = 10.0  # seconds; the daemon writes every two
_STORE_LINE = re.compile(r"^store:[ \t]*(?P<quote>[\"']?)(?P<url>.+?)(?P=quote)[ \t]*(?:[ \t]#.*)?$", re.MULTILINE)


def show_status(path: Path, *, as_json: bool) -> None:
    """Exits 0 well, 75 degraded, 69 not running, 78 where nothing runs and the configuration is broken."""
    error = _configuration_error(path)
    status = of_daemon(_store_url(path))
    if status is None:
        _not_running(error, as_json=as_json)
    status = _public(status or {}, error)
    if as_json:
        write_line(status)
    else:
        _table(status)
    sys.exit(Exit.OK if status["ok"] else Exit.TEMPORARY)


def _configuration_error(path: Path) -> ConfigError | None:
    try:
        load_settings(path, environ=os.environ, resolve_secrets=False)
    except ConfigError as error:
        return error
    return None


def _store_url(path: Path) -> str:
    """The daemon goes on with its last good configuration: `status` must find it when an edit broke the YAML, too."""
    found = _STORE_LINE.search(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
    return os.environ.get("BINRELAY_STORE") or (found["url"] if found else DEFAULT_STORE)


def of_daemon(store: str) -> dict[str, Any] | None:
    """What the daemon of that store says of itself; with several behind one database, what they say together."""
    path = database_path(store)
    if path is None:
        return asyncio.run(together(store))
    status: dict[str, Any] | None = read_status(status_path(path))
    if status is None or time.time() - float(status.get("written", 0)) > FRESH:
        return None
    return status if _alive(int(status.get("pid", 0))) else None


async def together(url: str) -> dict[str, Any] | None:
    """What the daemons behind that PostgreSQL say; None where none is there."""
    from binrelay.store.store import open_store

    try:
        store = await open_store(url, readonly=True)
    except StoreLost:
        raise
    except StoreError:  # no daemon ever built it
        return None
    try:
        roll = await store.rota.roll() if store.rota else ()
    finally:
        await store.close()
    return whole([(each, json.loads(each.status)) for each in roll if each.age <= FRESH])


def whole(daemons: Sequence[tuple[Attendance, dict[str, Any]]]) -> dict[str, Any] | None:
    """Several daemons' words as one: each network as the daemon says that watches its mailbox."""
    told = [(each, status) for each, status in daemons if "networks" in status]
    if not told:
        return None
    networks: dict[str, dict[str, Any]] = {}
    for network in (network for _, status in told for network in status["networks"]):
        known = networks.setdefault(network["id"], network)
        if known["mailbox"] == "elsewhere":
            networks[network["id"]] = network
    for network in networks.values():
        if network["mailbox"] == "elsewhere":  # nobody's, for the moment between two daemons
            network["mailbox"] = "connecting"
    config = next((status["config"] for _, status in told if status["config"]["error"]), told[0][1]["config"])
    watched = all(network["mailbox"] == "idle" for network in networks.values())
    return {
        "ok": watched and all(status["ok"] for _, status in told),
        "networks": list(networks.values()),
        "config": config,
        "daemons": [_one(each, status) for each, status in told],
    }


def _one(who: Attendance, status: dict[str, Any]) -> dict[str, Any]:
    watches = [network["id"] for network in status["networks"] if network["mailbox"] != "elsewhere"]
    return {
        "id": who.id,
        "host": who.host,
        "pid": who.pid,
        "seen": round(who.age, 1),
        "ok": status["ok"],
        "watches": watches,
    }


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # it runs as another user
    return True


def _not_running(error: ConfigError | None, *, as_json: bool) -> None:
    if as_json:
        told = {
            "ok": False,
            "networks": [],
            "config": {"loaded": None, "error": without_addresses(str(error)) if error else None},
        }
        write_line(told)
    if error is not None:
        show_problems(quiet(error))
        sys.exit(Exit.CONFIG)
    complain("binrelay is not running. Start it with: systemctl start binrelay (or: binrelay run)")
    sys.exit(Exit.UNAVAILABLE)


def _public(status: dict[str, Any], error: ConfigError | None) -> dict[str, Any]:
    config = status["config"]
    if error is not None and not config["error"]:
        config["error"] = without_addresses(str(error))
    several = {"daemons": status["daemons"]} if "daemons" in status else {}
    return {"ok": status["ok"] and not config["error"], "networks": status["networks"], "config": config, **several}


def _table(status: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    colours = {"idle": "green", "connecting": "yellow", "down": "red"}
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("network", "mailbox", "last seen", "held", "queued", "deferred", "members", "paused", "left alone"):
        table.add_column(
            column,
            justify="left" if column in ("network", "mailbox", "last seen") else "right",
            no_wrap=column in ("network", "last seen"),
        )
    for network in status["networks"]:
        mailbox = network["mailbox"]
        trouble = f" ({network['trouble']})" if network.get("trouble") else ""
        numbers = [str(network[key]) for key in ("held", "queued", "deferred", "members", "paused", "left_alone")]
        seen = _clock_today(network["last_seen"])
        table.add_row(network["id"], f"[{colours[mailbox]}]{mailbox}{trouble}[/]", seen, *numbers)
    console.print(table)
    for line in forecasts(status):
        console.print(line)
    for daemon in status.get("daemons", ()):
        mark = "[green]well[/]" if daemon["ok"] else "[red]degraded[/]"
        watched = counted(len(daemon["watches"]), "mailbox", "mailboxes")
        console.print(f"daemon {daemon['id']} on {daemon['host']}: {mark}, watches {watched}")
    config = status["config"]
    if config["error"]:
        console.print("[bold red]The configuration was edited and does not validate; the last good one is in use:[/]")
        console.print(config["error"], markup=False, soft_wrap=True)
    console.print(
        f"[bold green]All is well.[/] Configuration read {_clock(config['loaded'])}." if status["ok"] else _cure(status)
    )


def forecasts(status: dict[str, Any]) -> list[str]:
    """For each network with mail on its way out: when the provider's limits let the last copy go."""
    return [
        f"{network['id']}: the last recipient is reached by {_clock(network['reached_by'])}, by the provider's limits"
        for network in status["networks"]
        if network.get("reached_by")
    ]


def _clock(moment: str | None) -> str:
    """In the local time of who asks."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S") if moment else "never"


def _clock_today(moment: str | None) -> str:
    """Without the day where that is today's: nine columns fit a narrow terminal then."""
    day, _, clock = _clock(moment).partition(" ")
    return clock if day == datetime.now(UTC).astimezone().date().isoformat() else f"{day} {clock}".rstrip()


def _cure(status: dict[str, Any]) -> str:
    from rich.markup import escape

    down = [network["id"] for network in status["networks"] if network["mailbox"] == "down"]
    refused = [f"{network['id']}: {network['refused']}" for network in status["networks"] if network.get("refused")]
    if refused and not down:
        told = escape("; ".join(refused))
        return f"[bold red]Degraded.[/] The provider takes no mail from us; it is kept and tried again. {told}"
    if any(network.get("trouble") == StoreError.__name__ for network in status["networks"]):
        return "[bold red]Degraded.[/] The database cannot be written, often for a full disk (df -h); mail waits in the inbox."
    if down:
        return f"[bold red]Degraded.[/] Try: binrelay check --connect ({', '.join(down)})"
    if any(network.get("trouble") == MailboxRefused.__name__ for network in status["networks"]):
        return "[bold yellow]Degraded.[/] Mail is passed on; the server does not move it to its folder. Is the mailbox full?"
    return "[bold yellow]Degraded.[/]"
