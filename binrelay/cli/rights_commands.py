"""`data`, `erase`, `incident`: what a person may ask for, and what has to be told when something went wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from binrelay.cli.options import Config, Json, config_path

Person = Annotated[str, typer.Argument(metavar="ADDRESS", help="One of the person's addresses.", show_default=False)]


def data(
    *,
    address: Person,
    config: Config = None,
    as_json: Json = False,
    language: Annotated[
        str | None, typer.Option(help="nl, en, fr or de; else the person's own.", show_default=False)
    ] = None,
) -> None:
    """Everything that is kept about one person.

    To hand over to who asks for their data.
    """
    from binrelay.cli.data import show_data

    show_data(config_path(config), address, as_json_lines=as_json, language=language)


def erase(
    *,
    address: Person,
    config: Config = None,
    also: Annotated[list[str], typer.Option(help="One more address of theirs.", show_default=False)] = [],  # noqa: B006 - typer's way
    name: Annotated[
        str | None, typer.Option(help="Their name, where the YAML does not say it.", show_default=False)
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Takes one person out of everything, for good.

    Out of the configuration, the database and the folders.
    """
    from binrelay.cli.erase import erase_person

    erase_person(config_path(config), address, also=also, name=name, yes=yes)


def incident(
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="Of a held mail, an arrival or a mail; a tag; a Message-ID.", show_default=False
        ),
    ],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Who received a mail and when, and whom it showed.

    For the report within 72 hours after a leak.
    """
    from binrelay.cli.incident import show_incident

    show_incident(config_path(config), name, as_json_line=as_json)
