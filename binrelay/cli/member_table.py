"""`member list`: who is a member, whether bulletins go there, and why not."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from binrelay.cli.load import load
from binrelay.cli.member import chosen_network
from binrelay.model import Member, Network


def list_members(path: Path, network_id: str | None, *, as_json: bool) -> None:
    settings = load(path, secrets=False, warn=False)
    networks = settings.networks if network_id is None else (chosen_network(settings, network_id),)
    for network in networks:
        if as_json:
            _print_json(network)
        else:
            _print_table(network)


def _row(network: Network, member: Member) -> dict[str, object]:
    return {
        "network": network.id,
        "address": member.address.spelled,
        "name": member.name,
        "also": [address.spelled for address in member.also],
        "language": member.language.value,
        "identity": member.identity.value,
        "active": not member.paused,
        "why": "paused in the configuration" if member.paused else None,
    }


def _print_json(network: Network) -> None:
    for member in network.members:
        sys.stdout.write(json.dumps(_row(network, member), ensure_ascii=False) + "\n")


def _print_table(network: Network) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    active = len(network.active_members)
    console.print(f"[bold]{escape(network.name)}[/]  {len(network.members)} members, {active} get bulletins")
    if not network.members:
        console.print("Nobody yet. Add one with: binrelay member add jan@mail.example --name 'Jan Jansen'\n")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("address", "name", "bulletins", "language", "shown as"):
        table.add_column(column, overflow="fold")
    for member in network.members:
        table.add_row(*_cells(_row(network, member)))
    console.print(table)
    console.print()


def _cells(row: dict[str, object]) -> Sequence[str]:
    from rich.markup import escape

    also = row["also"]
    more = "".join(f"\n[dim]also {escape(address)}[/]" for address in also) if isinstance(also, list) else ""
    state = "[green]yes[/]" if row["active"] else f"[yellow]no[/]: {row['why']}"
    shown = "a tag" if row["identity"] == "pseudonym" else "name and address"
    return (f"{escape(str(row['address']))}{more}", escape(str(row["name"] or "")), state, str(row["language"]), shown)
