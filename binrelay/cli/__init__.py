"""The command line. Heavy parts are imported by the command that needs them: `status` must answer at once on a small machine.

Invariant: exit codes are those of sysexits.h; what a program reads goes to stdout, what a person must act on to stderr.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from binrelay import __version__
from binrelay.cli.exits import Exit, guarded, open_closed_streams
from binrelay.cli.member_commands import member_app
from binrelay.cli.options import Config, Json, choose, config_path, config_path_if_any
from binrelay.cli.rights_commands import data, erase, incident

app = typer.Typer(
    name="binrelay",
    help="Runs the coordinator's mailbox of a neighbourhood information network (BIN).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
held_app = typer.Typer(help="What waits for a coordinator's decision.", no_args_is_help=True)
app.add_typer(held_app, name="held")
app.add_typer(member_app, name="member")


def _version(value: bool) -> None:  # noqa: FBT001 - typer calls it so
    if value:
        typer.echo(f"binrelay {__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Config = None,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True)] = False,  # noqa: ARG001
) -> None:
    """Options before the command hold for the command."""
    if config is not None:
        choose(config)


@app.command()
def run(
    config: Config = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Take in what lay in INBOX before the first start, too.")
    ] = False,
) -> None:
    """Watches the mailboxes and passes mail on, until SIGTERM."""
    from binrelay.cli.load import load
    from binrelay.daemon import run_daemon
    from binrelay.transport.system import give_memory_back

    give_memory_back()  # before thousands of members are read
    # Anywhere but at a terminal this is the system's log.
    run_daemon(load(config_path(config), to_log=not sys.stderr.isatty()), from_beginning=from_beginning)


@app.command()
def check(
    config: Config = None,
    connect: Annotated[bool, typer.Option("--connect", help="Log in to both servers of each network as well.")] = False,
) -> None:
    """Reads the configuration and says all that is wrong with it."""
    from binrelay.cli.check import check_settings

    check_settings(config_path(config), connect=connect)


@app.command()
def explain(
    *,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE.eml", help="Mails, saved as files; - for what is piped in.", show_default=False),
    ],
    config: Config = None,
    as_json: Json = False,
    store: Annotated[bool, typer.Option("--store", help="With what the daemon remembers of earlier mail.")] = False,
) -> None:
    """Tells what would become of a mail, and why. Sends nothing.

    What would be decided, the proof for it, and what would be sent to whom.
    """
    from binrelay.cli.explain import explain_files

    explain_files(config_path(config), files, as_json=as_json, with_store=store)


@app.command()
def status(config: Config = None, as_json: Json = False) -> None:
    """How the daemon and each network are doing.

    Exit 0: well; 75: degraded; 69: not running; 78: the configuration cannot be used.
    """
    from binrelay.cli.status import show_status

    show_status(config_path(config), as_json=as_json)


@app.command()
def queue(config: Config = None, as_json: Json = False) -> None:
    """What still has to go out."""
    from binrelay.cli.held import show_queue

    show_queue(config_path(config), as_json=as_json)


@app.command()
def restart(
    network: Annotated[str | None, typer.Argument(help="Its id; left out: all.", show_default=False)] = None,
    config: Config = None,
) -> None:
    """Sends again after the breaker stopped a network.

    `status` says when it did.
    """
    from binrelay.cli.held import restart_sending

    restart_sending(config_path(config), network)


@held_app.callback()
@member_app.callback()
def group(config: Config = None) -> None:
    """Options before a group's command hold for the command, too."""
    if config is not None:
        choose(config)


@held_app.command("list")
def held_list(config: Config = None, as_json: Json = False) -> None:
    """What waits, oldest first."""
    from binrelay.cli.held import list_held

    list_held(config_path(config), as_json=as_json)


Id = Annotated[str, typer.Argument(metavar="ID", help="As `held list` and the notice show it.", show_default=False)]


@held_app.command("show")
def held_show(record: Id, config: Config = None) -> None:
    """One held mail: why it waits, and what releasing does.

    And the mail itself.
    """
    from binrelay.cli.held import show_held

    show_held(config_path(config), record)


@held_app.command("release")
def held_release(record: Id, config: Config = None) -> None:
    """Sends it, as dragging it to the release folder does."""
    from binrelay.cli.held import ask

    ask(config_path(config), record, "release")


@held_app.command("reject")
def held_reject(record: Id, config: Config = None) -> None:
    """Ends it, as dragging it to the rejected folder does."""
    from binrelay.cli.held import ask

    ask(config_path(config), record, "reject")


@app.command()
def preview(
    *,
    name: Annotated[
        str | None, typer.Argument(help="One mail, by its name or how that begins.", show_default=False)
    ] = None,
    config: Config = None,
    language: Annotated[
        str | None, typer.Option(help="nl, en, fr or de; else the network's.", show_default=False)
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write pages for a browser into this folder.", show_default=False)
    ] = None,
) -> None:
    """Every mail that can be sent, with invented people in it."""
    from binrelay.cli.preview import preview as show

    show(config_path_if_any(config), name, language=language, folder=html)


@app.command()
def init(
    *,
    config: Config = None,
    answers: Annotated[
        Path | None, typer.Option(help="A YAML file with the answers: asks nothing.", show_default=False)
    ] = None,
    passwords: Annotated[
        Path | None,
        typer.Option(help="Folder for the password file; else /etc/credstore, or beside the YAML.", show_default=False),
    ] = None,
    connect: Annotated[bool, typer.Option("--connect/--no-connect", help="Try both logins before writing.")] = True,
) -> None:
    """Asks, tries the logins, writes the YAML of a first network.

    Overwrites nothing.
    """
    from binrelay.cli.init import make_configuration
    from binrelay.cli.options import new_config_path

    make_configuration(new_config_path(config), answers=answers, passwords=passwords, connect=connect)


@app.command()
def authorize(
    config: Config = None,
    network: Annotated[str | None, typer.Option(metavar="ID", help="Needed where there is more than one.")] = None,
) -> None:
    """Asks for consent at a provider that wants OAuth 2.0.

    Shows the page to open, and writes down the token that comes of it.
    """
    from binrelay.cli.authorize import authorize as ask_consent

    ask_consent(config_path(config), network)


@app.command()
def schema(config: Config = None) -> None:  # noqa: ARG001 - every command takes it; the schema is that of any file
    """Prints a JSON Schema of the configuration, for editors.

    With it an editor completes and checks the YAML while you type.
    """
    import json

    from binrelay.config import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def demo(
    *,
    config: Config = None,  # noqa: ARG001 - every command takes it; the story has a configuration of its own
    language: Annotated[str, typer.Option(help="nl, en, fr or de: the mails of the story.")] = "nl",
    serve: Annotated[bool, typer.Option("--serve", help="Stay up, to try it with a mail program.")] = False,
    folder: Annotated[Path | None, typer.Option(help="Where the mails go.", show_default=False)] = None,
) -> None:
    """Plays a whole network on this machine; needs no account.

    The real daemon and embedded mail servers tell the story of the yellow Polo.
    """
    from binrelay.demo import tell_story

    raise typer.Exit(tell_story(language=language, serve=serve, folder=folder))


for command in (data, erase, incident):
    app.command()(command)


def main() -> None:
    """The entry point; ends the process with a code of sysexits.h."""
    open_closed_streams()
    sys.exit(guarded(_run))


def _run() -> int:
    try:
        app()
    except SystemExit as end:
        code = _code(end.code)
    else:
        code = Exit.OK
    sys.stdout.flush()  # here, where what goes wrong is told
    return code


def _code(code: object) -> int:
    """The parser ends with 2 for a command it does not understand; sysexits.h calls that 64."""
    number = code if isinstance(code, int) else 0 if code is None else 1
    return Exit.USAGE if number == 2 else number
