"""`member import` and `member export`: a table is shown as it was understood before anything is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from binrelay.cli.exits import Exit, complain
from binrelay.cli.load import load
from binrelay.cli.member import agreed, chosen_network, editing, say
from binrelay.cli.standings import Present
from binrelay.cli.wording import counted
from binrelay.model import Network, Settings
from binrelay.roster.admission import Admission, admit
from binrelay.roster.csv_read import Findings, Remark, read_members
from binrelay.roster.csv_text import NoTable, Table, read_table
from binrelay.roster.csv_write import write_table
from binrelay.roster.entry import Entry

_SHOWN = 10  # lines of a kind; faults are all shown


def import_members(path: Path, network_id: str | None, file: Path, *, ask: bool, write: bool) -> None:
    """Exits 65 where a line is wrong, 66 where the file cannot be read."""
    table = _table(file)
    with _progress() as steps:
        known = steps("reading the configuration", 1)
        settings = load(path, secrets=False, warn=False)
        network = chosen_network(settings, network_id)
        known()
        findings = read_members(table, step=steps("reading the table", len(table.rows)))
        admission = admit(findings, network, settings)
    _preview(file, table, findings=findings, admission=admission)
    if admission.faults:
        complain(f"Nothing was written. Mend {counted(len(admission.faults), 'line')} in {file} and import it again.")
        sys.exit(Exit.DATA)
    if not admission.new:
        say("There is nobody to add.")
    elif not write:
        say("Nothing was written: this was a dry run.")
    elif not ask or agreed(f"Add {counted(len(admission.new), 'member')} to {network.name}?"):
        _write(path, network, [entry for _, entry in admission.new])


def _table(file: Path) -> Table:
    try:
        return read_table(file.read_bytes())
    except OSError as error:
        complain(f"{file}: cannot be read: {error.strerror}")
        sys.exit(Exit.NO_INPUT)
    except NoTable as error:
        place = f"{file}:{error.line}" if error.line else str(file)
        complain(f"{place}: {str(error).removeprefix(f'line {error.line}: ')}. Nothing was written.")
        sys.exit(Exit.DATA)


def _write(path: Path, network: Network, entries: Sequence[Entry]) -> None:
    with _progress() as steps, editing(path) as draft:
        done = steps("writing and checking", 2)
        file = draft.add(network.id, entries, to_file=True)
        done()
        settings: Settings = draft.write()
        done()
    total = len(settings.network(network.id).members)
    say(f"Added {counted(len(entries), 'member')} in {file}. {network.name} has {counted(total, 'member')}.")


def _preview(file: Path, table: Table, *, findings: Findings, admission: Admission) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]{escape(str(file))}[/]: {counted(len(table.rows), 'line')}, {table.form}")
    used = ", ".join(dict.fromkeys(findings.columns.values()))
    left = f"; not used: {escape(', '.join(findings.unused))}" if findings.unused else ""
    console.print(f"Found: {used}{left}\n")
    new = [Remark(line, _shown(entry)) for line, entry in admission.new]
    _show(console, "[green]new[/]", new)
    _show(console, "[cyan]members already[/]", admission.known)
    _show(console, "[yellow]twice in the table, taken once[/]", findings.doubles)
    _show(console, "[bold red]wrong[/]", admission.faults, most=len(admission.faults))


def _show(console: Console, title: str, remarks: Sequence[Remark], *, most: int = _SHOWN) -> None:
    if not remarks:
        return
    console.print(f"{len(remarks)} {title}")
    for remark in remarks[:most]:
        console.print(f"  [dim]line {remark.line:>4}[/]  {escape(remark.text)}")
    if len(remarks) > most:
        console.print(f"  [dim]… and {len(remarks) - most} more[/]")
    console.print()


def _shown(entry: Entry) -> str:
    also = f"also {', '.join(str(address) for address in entry.also)}" if entry.also else ""
    told = (entry.name, also, entry.language and entry.language.value, entry.identity and entry.identity.value)
    return "  ".join(str(part) for part in (entry.address, *told, "paused" if entry.paused else "") if part)


@contextmanager
def _progress() -> Iterator[Callable[[str, int], Callable[[], object]]]:
    """Bars at a terminal, on stderr, gone when done: what they count is told afterwards."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:

        def begin(title: str, total: int) -> Callable[[], object]:
            task = bars.add_task(title, total=total)
            return lambda: bars.advance(task)

        yield begin


def export_members(path: Path, network_id: str | None, file: Path | None) -> None:
    """Those who are members now, by the YAML and by mail. Never over a file that is there: exits 73."""
    settings = load(path, secrets=False, warn=False)
    network = Present(settings, chosen_network(settings, network_id)).network
    content = write_table(network.members, network.language)
    if file is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        # Whoever may read the table knows every member.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as table:
            table.write(content)
    except FileExistsError:
        complain(f"{file} exists and stays as it is; name another file.")
        sys.exit(Exit.CANT_CREATE)
    except OSError as error:
        complain(f"{file}: cannot be written: {error.strerror}")
        sys.exit(Exit.CANT_CREATE)
    say(
        f"Wrote {counted(len(network.members), 'member')} of {network.name} to {file}. Keep it private: it names them all."
    )
