"""`held` and `queue`: what waits for a person, and what waits for a server."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from rich.markup import escape

from binrelay.cli.exits import Exit, complain
from binrelay.cli.lines import write_line
from binrelay.cli.load import load
from binrelay.cli.status import forecasts, of_daemon
from binrelay.cli.wording import counted, local_time, releasing
from binrelay.mail.address import parse_address
from binrelay.model import Language, Settings
from binrelay.records import ArrivalRecord
from binrelay.rules.decision import Why
from binrelay.rules.notice import PRIVATE_LOOKING, shown_author, shown_subject
from binrelay.store.store import SqlStore, open_store
from binrelay.templates import load_phrases

Result = TypeVar("Result")


def list_held(path: Path, *, as_json: bool) -> None:
    settings = load(path, secrets=False, warn=False)
    records = _with_store(settings, _undecided)
    if as_json:
        for record in records:
            write_line(_row(record, settings))
        return
    _show(records, settings)


async def _undecided(store: SqlStore) -> Sequence[ArrivalRecord]:
    """What waits for a decision, then the bulletins that go out by themselves unless somebody stops them."""
    return (*await store.held(), *await store.waiting())


def _row(record: ArrivalRecord, settings: Settings) -> dict[str, object]:
    network = settings.network(record.network)
    return {
        "id": record.id,
        "network": record.network,
        "state": record.state,
        "since": _moment(record.decided),
        "rule": record.rule,
        "reason": load_phrases()(f"why-{record.why}", Language.EN),
        "from": shown_author(record, network) or "a member",
        "subject": shown_subject(record.subject, network, author=record.author),
        "releases": record.releases,
        "reaches": record.reaches,
    }


def _show(records: Sequence[ArrivalRecord], settings: Settings) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for record in records:
        row = _row(record, settings)
        console.print(f"[bold cyan]{record.id}[/]  [bold]{escape(str(row['subject'])) or '(no subject)'}[/]")
        console.print(f"          from {escape(str(row['from']))}, since {row['since']}, {record.network}")
        console.print(f"          {row['reason']}")
        console.print(f"          {_releasing(record)}\n")
    if not records:
        console.print("Nothing waits.")
        return
    count = f"{len(records)} mail waits" if len(records) == 1 else f"{len(records)} mails wait"
    console.print(
        f"{count}. Decide with: binrelay held show ID, held release ID, held reject ID; or drag it in the mailbox."
    )


def _releasing(record: ArrivalRecord) -> str:
    """With markup; what may be private and would go to everybody is told in the colour of danger."""
    if record.state == "waiting":
        return f"It goes out by itself to {counted(record.reaches, 'member')}; release sends it now, reject stops it."
    if record.releases == "bulletin" and record.why in PRIVATE_LOOKING:
        return f"[bold red]It may be meant for one person: releasing sends it to all {record.reaches} members.[/]"
    colour = "dim" if record.releases == "nothing" else "yellow"
    return f"[{colour}]{releasing(record.releases, record.reaches)}[/]"


def show_held(path: Path, record_id: str) -> None:
    from rich.console import Console

    settings = load(path, secrets=False, warn=False)
    record = _with_store(settings, lambda store: store.held_one(record_id.upper()))
    if record is None or record.state != "held":
        _unknown(record_id)
        return
    console = Console(highlight=False)
    for name, value in _row(record, settings).items():
        console.print(f"[bold]{name:>9}[/]  ", end="")
        console.print(str(value), markup=False)
    console.print()
    sys.stdout.write(
        (record.content or b"(too large to keep; it lies in the folder of held mail)").decode("utf-8", "replace")
    )


def ask(path: Path, record_id: str, action: str) -> None:
    settings = load(path, secrets=False, warn=False)
    if not _with_store(settings, lambda store: store.request(record_id.upper(), action)):
        _unknown(record_id)
    done = "is sent" if action == "release" else "ends"
    sys.stdout.write(f"{record_id.upper()}: asked the daemon; it {done} within seconds while `binrelay run` is up.\n")


def _unknown(record_id: str) -> None:
    complain(f"Nothing waits under {record_id}; `binrelay held list` shows what does.")
    sys.exit(Exit.NO_INPUT)


def show_queue(path: Path, *, as_json: bool) -> None:
    settings = load(path, secrets=False, warn=False)
    rows = _with_store(settings, lambda store: store.queue())
    if as_json:
        for row in rows:
            write_line(dict(row))
        return
    _queue_table(rows)
    for line in forecasts(of_daemon(settings.store) or {"networks": []}):
        sys.stdout.write(f"{line}\n")


def _queue_table(rows: Sequence[Mapping[str, object]]) -> None:
    """What a server said stands below the table: a column of it leaves no room for anything else."""
    from rich.table import Table

    from binrelay.cli.tables import wide_console

    console = wide_console()
    if not rows:
        console.print("Everything is out.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in rows[0]:
        if column != "last_reply":
            table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        shown = dict(row) | {"next_due": _when(row["next_due"])}
        table.add_row(*(escape(str(value)) for name, value in shown.items() if name != "last_reply"))
    console.print(table)
    for row in rows:
        if row["last_reply"]:
            console.print(f"{row['key']}: {escape(str(row['last_reply']))}", soft_wrap=True)
    if any(row["held"] for row in rows):
        console.print("What is held waits for a person: drag the mail from the done folder to release.")


def _when(due: object) -> str:
    return local_time(due) if isinstance(due, float) else ""


def approve_members(path: Path, addresses: Sequence[str]) -> None:
    """Releases what waits of each; none is let in where one of them has not asked."""
    settings = load(path, secrets=False, warn=False)
    waiting = [record for record in _with_store(settings, lambda store: store.held()) if record.why == Why.JOIN_WAITS]
    asked = {record.author.key: record for record in waiting if record.author}
    found = {text: asked.get(known.key) if (known := parse_address(text)) else None for text in addresses}
    for text in [text for text, record in found.items() if record is None]:
        complain(f"{text} has not asked to join and confirmed it; `binrelay held list` shows who has.")
    if None in found.values():
        sys.exit(Exit.NO_INPUT)
    for record in [record for record in found.values() if record is not None]:
        ask(path, record.id, "release")


def restart_sending(path: Path, network_id: str | None) -> None:
    """Closes the breaker; the running daemon sees it within seconds."""
    settings = load(path, secrets=False, warn=False)
    known = [network.id for network in settings.networks]
    if network_id is not None and network_id not in known:
        complain(f"There is no network {network_id}; there is {', '.join(known)}.")
        sys.exit(Exit.NO_INPUT)
    for each in [network_id] if network_id else known:
        done = _with_store(settings, lambda store, each=each: store.restart(each))  # type: ignore[misc]
        sys.stdout.write(f"{each}: {'sends again within seconds' if done else 'was not stopped'}.\n")


def _with_store(settings: Settings, work: Callable[[SqlStore], Awaitable[Result]]) -> Result:
    async def within() -> Result:
        store = await open_store(settings.store)
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(within())


def _moment(unix: float) -> str:
    return local_time(unix, "%Y-%m-%d %H:%M")
