"""`member …`: what an admin types about members. The work is in `member`, `member_table` and `member_csv`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from binrelay.cli.options import Config, Json, config_path

member_app = typer.Typer(
    help="Who receives bulletins. Changes go into the YAML; its comments stay, a running daemon follows.",
    no_args_is_help=True,
)

Network = Annotated[
    str | None,
    typer.Option("--network", metavar="ID", help="Needed where there is more than one.", show_default=False),
]
Addresses = Annotated[list[str], typer.Argument(metavar="ADDRESS", help="As jan@mail.example.", show_default=False)]


@member_app.command("list")
def member_list(network: Network = None, config: Config = None, as_json: Json = False) -> None:
    """Every member: bulletins or not, and why."""
    from binrelay.cli.member_table import list_members

    list_members(config_path(config), network, as_json=as_json)


@member_app.command("add")
def member_add(
    *,
    addresses: Annotated[
        list[str],
        typer.Argument(metavar="ADDRESS", help="jan@mail.example, or 'Jan Jansen <jan@mail.example>'."),
    ],
    name: Annotated[str | None, typer.Option(help="Of one new member.", show_default=False)] = None,
    also: Annotated[
        list[str] | None, typer.Option(help="A further address the member writes from; more than once for more.")
    ] = None,
    language: Annotated[str | None, typer.Option(help="nl, en, fr or de; else the network's.")] = None,
    identity: Annotated[str | None, typer.Option(help="pseudonym or named; else the network's.")] = None,
    network: Network = None,
    config: Config = None,
) -> None:
    """Adds members."""
    from binrelay.cli.member import add_members

    details = {"name": name, "also": also or [], "language": language, "identity": identity}
    add_members(config_path(config), network, addresses, details=details)


@member_app.command("remove")
def member_remove(addresses: Addresses, network: Network = None, config: Config = None) -> None:
    """Removes members. What the daemon remembers of them goes with `binrelay erase`."""
    from binrelay.cli.member import remove_members

    remove_members(config_path(config), network, addresses)


@member_app.command("pause")
def member_pause(addresses: Addresses, network: Network = None, config: Config = None) -> None:
    """Sends them no bulletins until `member resume`."""
    from binrelay.cli.member import pause_members

    pause_members(config_path(config), network, addresses, on=True)


@member_app.command("resume")
def member_resume(addresses: Addresses, network: Network = None, config: Config = None) -> None:
    """Sends them bulletins again."""
    from binrelay.cli.member import pause_members

    pause_members(config_path(config), network, addresses, on=False)


@member_app.command("approve")
def member_approve(addresses: Addresses, config: Config = None) -> None:
    """Lets in who asked to join and confirmed it.

    As dragging that mail to the release folder does.
    """
    from binrelay.cli.held import approve_members

    approve_members(config_path(config), addresses)


@member_app.command("import")
def member_import(
    *,
    file: Annotated[Path, typer.Argument(help="A table as CSV: Excel's, or any other program's.", show_default=False)],
    network: Network = None,
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
) -> None:
    """Adds members from a table.

    It shows what it found first. Nothing is written where a line is wrong.
    """
    from binrelay.cli.member_csv import import_members

    import_members(config_path(config), network, file, ask=not yes, write=not dry_run)


@member_app.command("export")
def member_export(
    file: Annotated[Path | None, typer.Argument(help="Else the table is printed.", show_default=False)] = None,
    network: Network = None,
    config: Config = None,
) -> None:
    """Writes the members as a table.

    Excel opens it, and `member import` reads it again without loss.
    """
    from binrelay.cli.member_csv import export_members

    export_members(config_path(config), network, file)


@member_app.command("sync")
def member_sync(
    *,
    network: Network = None,
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")] = False,
) -> None:
    """Writes what came by mail into the YAML.

    Who left, paused, resumed or joined; a pause with an end stays beside it.
    """
    from binrelay.cli.member_sync import sync_members

    sync_members(config_path(config), network, ask=not yes, write=not dry_run)
