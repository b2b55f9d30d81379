"""`member list`: who is a member, whether bulletins go there, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from binrelay.cli.lines import write_line
from binrelay.cli.load import load
from binrelay.cli.member import chosen_network
from binrelay.cli.standings import Present, reason
from binrelay.cli.wording import counted
from binrelay.model import Listed, Member, Network

Row = Mapping[str, object]


def list_members(path: Path, network_id: str | None, *, as_json: bool) -> None:
    """Everybody the YAML lists and everybody who joined by mail, those who left included."""
    settings = load(path, secrets=False, warn=False)
    for network in settings.networks if network_id is None else (chosen_network(settings, network_id),):
        present = Present(settings, network)
        everybody = {member.address.key: member for member in present.network.roster.values()}
        rows = [_row(present, member) for member in everybody.values()]
        if as_json:
            for row in rows:
                write_line(row)
        else:
            _print_table(network, rows)


def _row(present: Present, member: Member) -> Row:
    standing = present.standing(member)
    active = not (member.paused or member.left)
    why = None if active else reason(standing) if standing else "paused in the YAML"
    return {
        "network": present.network.id,
        "address": member.address.spelled,
        "name": member.name,
        "also": [address.spelled for address in member.also],
        "language": member.language.value,
        "identity": member.identity.value,
        "active": active,
        "why": why,
        "configured": member.listed is not Listed.ABSENT,
    }


def _print_table(network: Network, rows: Sequence[Row]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from binrelay.cli.tables import is_piped, wide_console

    piped, console = is_piped(), wide_console()
    active = sum(bool(row["active"]) for row in rows)
    get = "of them gets bulletins" if active == 1 else "of them get bulletins"
    console.print(f"[bold]{escape(network.name)}[/]  {counted(len(rows), 'member')}, {active} {get}")
    if not rows:
        console.print(
            "Nobody yet. Add one with: binrelay member add jan@mail.example --name 'Jan Jansen'\n", soft_wrap=True
        )
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("address", "name", "bulletins", "language", "shown as"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row, between=", " if piped else "\n"))
    console.print(table)
    if not all(row["configured"] for row in rows):
        console.print("[dim]joined by mail: not in the YAML; `binrelay member sync` writes it there[/]")
    console.print()


def _cells(row: Row, *, between: str) -> Sequence[str]:
    from rich.markup import escape

    also = row["also"]
    more = "".join(f"{between}[dim]also {escape(address)}[/]" for address in also) if isinstance(also, list) else ""
    state = "[green]yes[/]" if row["active"] else f"[yellow]no[/]: {row['why']}"
    shown = "a tag" if row["identity"] == "pseudonym" else "name and address"
    joined = "" if row["configured"] else ", joined by mail"
    cells = (str(row["name"] or ""), state + joined, str(row["language"]), shown)
    return (f"{escape(str(row['address']))}{more}", escape(cells[0]), *cells[1:])
