"""`--serve`: everybody's mailbox is open to a real mail program, and the terminal shows what comes of each mail.

Invariant: it ends with Ctrl-C, and with the daemon should that end.
"""

from __future__ import annotations

import asyncio

from rich.table import Table
from rich.text import Text as Line

from binrelay.demo.cast import ANNA, COORDINATOR, COUNCIL, NEIGHBOURS, PASSWORD, POLICE
from binrelay.demo.servers import LOOPBACK
from binrelay.demo.stage import PORTS, Stage
from binrelay.demo.stories import Words
from binrelay.demo.telling import BINRELAY, PLACE, Telling


async def serve_on(stage: Stage, telling: Telling, words: Words) -> None:
    """Until Ctrl-C or SIGTERM, which is a good end. Raises RelayEndedError."""
    _how_to(stage, telling, words)
    told = len(stage.smtp.deliveries)
    try:
        while True:
            told = await _tell_next(stage, telling, told)
    except asyncio.CancelledError:
        telling.console.print(f"\n{words.serving.ended}")


async def _tell_next(stage: Stage, telling: Telling, told: int) -> int:
    """What comes of the next mail, or of the next drag; the number of deliveries that have been told."""
    arrived = await stage.next_arrival()
    if arrived is not None:
        scene = await stage.outcome(arrived, before=told)
        telling.console.print()
        telling.arrives(scene)
        telling.decides(scene)
        if scene.deliveries:
            telling.receives(scene.deliveries)
        return told + len(scene.deliveries)
    released = stage.smtp.deliveries[told:]
    if released:
        telling.console.print()
        telling.receives(released)
    return told + len(released)


def _how_to(stage: Stage, telling: Telling, words: Words) -> None:
    says, show = words.serving, telling.console.print
    telling.heading(says.title)
    show(says.settings)
    for name, server, wanted in (("IMAP", stage.imap, PORTS[0]), ("SMTP", stage.smtp, PORTS[1])):
        moved = "" if server.port == wanted else f"  ({says.moved.format(wanted=wanted)})"
        telling.row(name, Line(f"{LOOPBACK}:{server.port}", PLACE).append(f"  {says.security}{moved}", "default"))
    show(says.login.format(password=PASSWORD))
    show()
    show(_mailboxes(words))
    show(f"\n[bold]{says.try_title}[/]")
    for each in says.tries:
        telling.row("·", each.format(address=COORDINATOR.address, held=stage.held, release=stage.release))
    show(f"\n{says.proof}")
    show(Line(says.ends, BINRELAY))


def _mailboxes(words: Words) -> Table:
    says = words.serving
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style=PLACE)
    table.add_column()
    roles = {COORDINATOR: says.mailbox, ANNA: says.coordinator}
    roles |= {person: words.authorities[person.key] for person in (POLICE, COUNCIL)}
    roles |= {person: f"{person.first_name}, {says.member}" for person in NEIGHBOURS}
    for person, role in roles.items():
        table.add_row(person.address, role)
    return table
