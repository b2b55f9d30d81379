"""The SMTP accounts of a daemon: networks with the same login share one, with its connections and its limits.

Invariant: an account runs while some network uses it; one that fails takes the rest down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from binrelay.model import Network, SmtpAccount
from binrelay.ports.submission import Submitter
from binrelay.workers.account import Account
from binrelay.workers.world import World

MakeSubmitter = Callable[[Network], Submitter]
PATIENCE_AT_STOP = 60.0  # seconds a transaction may take to end when the daemon stops


class Accounts:
    def __init__(self, make_submitter: MakeSubmitter) -> None:
        self._make_submitter = make_submitter
        self._all: list[tuple[SmtpAccount, Account, asyncio.Task[None]]] = []

    def join(self, world: World) -> asyncio.Task[None]:
        """The work of the account that this network sends through."""
        login = _login(world.network.smtp)
        for known, account, task in self._all:
            if known == login:
                account.join(world)
                return task
        account = Account(account_name(login), world, self._make_submitter(world.network))
        account.join(world)
        task = asyncio.get_running_loop().create_task(account.run(), name=f"outbox-{world.network.id}")
        self._all.append((login, account, task))
        return task

    async def leave(self, world: World) -> None:
        """An account that nobody uses any more comes to its end."""
        for entry in [each for each in self._all if world.network.id in each[1].networks]:
            _, account, task = entry
            if account.networks == {world.network.id}:
                account.stop()
                await asyncio.wait({task}, timeout=PATIENCE_AT_STOP)
                task.cancel()
                self._all.remove(entry)
            else:
                await account.leave(world)


def account_name(smtp: SmtpAccount) -> str:
    """As providers count: one login at one server."""
    return f"{smtp.username or ''}@{smtp.host}:{smtp.port}"


def _login(smtp: SmtpAccount) -> SmtpAccount:
    """What makes two networks' accounts one; their limits may differ."""
    return replace(
        smtp,
        max_recipients=0,
        messages_per_minute=None,
        messages_per_hour=None,
        messages_per_day=None,
        recipients_per_hour=None,
        recipients_per_day=None,
        connections=0,
    )
