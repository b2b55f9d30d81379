"""How much an account may still send, and when everybody will have been reached. Pure: moments are arguments.

Invariant: no window of time, wherever it begins, holds more than the account's limit of transactions or recipients.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from binrelay.model import SmtpAccount
from binrelay.records import Dispatch

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
HISTORY = 3 * DAY  # for which dispatches are remembered: how full the longest window was these two days
ANY_NUMBER = 1_000_000  # where there is no limit


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may leave now. Nothing may: `when` is the moment to look again."""

    transactions: int
    recipients: int
    when: float


@dataclass(slots=True)
class Window:
    """A rolling count. `seconds` long, at most `limit` in it (None: any number)."""

    seconds: float
    limit: int | None
    entries: deque[tuple[float, int]]
    total: int = 0

    def add(self, at: float, amount: int) -> None:
        if self.limit is not None:
            self.entries.append((at, amount))
            self.total += amount

    def room(self, now: float) -> int:
        if self.limit is None:
            return ANY_NUMBER
        while self.entries and self.entries[0][0] <= now - self.seconds:
            self.total -= self.entries.popleft()[1]
        return self.limit - self.total

    def opens(self, now: float, pending: int) -> float:
        """When there is room for one more besides `pending` that are about to leave; a window later where that is unclear."""
        excess = pending + 1 - self.room(now)
        if excess <= 0:
            return now
        for at, amount in self.entries:
            excess -= amount
            if excess <= 0:
                return max(at, now - self.seconds) + self.seconds
        return now + self.seconds

    def full(self) -> Iterator[tuple[float, float]]:
        """From when to when it let nothing leave, by all its entries; the spans may overlap."""
        within: deque[tuple[float, int]] = deque()
        excess = -(self.limit or 0)
        for at, amount in self.entries:
            while within and within[0][0] <= at - self.seconds:
                excess -= within.popleft()[1]
            within.append((at, amount))
            excess += amount
            if excess >= 0:
                yield at, self._opens_again(within, excess)

    def _opens_again(self, within: Iterable[tuple[float, int]], excess: int) -> float:
        """When so much more than there must be has left the window, and one."""
        until = 0.0
        for at, amount in within:
            if excess < 0:
                break
            excess, until = excess - amount, at + self.seconds
        return until

    def copy(self) -> Window:
        return replace(self, entries=self.entries.copy())


@dataclass(frozen=True, slots=True)
class Limits:
    per_transaction: int
    transactions_per_minute: int | None
    transactions_per_hour: int | None
    transactions_per_day: int | None
    recipients_per_hour: int | None
    recipients_per_day: int | None


def limits_of(accounts: Iterable[SmtpAccount], learned: int | None) -> Limits:
    """The strictest of networks that share an account; `learned` is the server's own limit as it showed it."""
    all_of = tuple(accounts)

    def least(*limits: int | None) -> int | None:
        return min((limit for limit in limits if limit is not None), default=None)

    return Limits(
        per_transaction=least(learned, *(each.max_recipients for each in all_of)) or 1,
        transactions_per_minute=least(*(each.messages_per_minute for each in all_of)),
        transactions_per_hour=least(*(each.messages_per_hour for each in all_of)),
        transactions_per_day=least(*(each.messages_per_day for each in all_of)),
        recipients_per_hour=least(*(each.recipients_per_hour for each in all_of)),
        recipients_per_day=least(*(each.recipients_per_day for each in all_of)),
    )


class Spending:
    """What an account sent within its windows."""

    def __init__(self, limits: Limits) -> None:
        self._transactions = [
            Window(seconds, limit, deque())
            for seconds, limit in (
                (MINUTE, limits.transactions_per_minute),
                (HOUR, limits.transactions_per_hour),
                (DAY, limits.transactions_per_day),
            )
        ]
        self._recipients = [
            Window(seconds, limit, deque())
            for seconds, limit in ((HOUR, limits.recipients_per_hour), (DAY, limits.recipients_per_day))
        ]
        self.limits = limits
        self.last = 0  # number of the last dispatch counted

    @property
    def counts(self) -> bool:
        """Whether there is any limit to keep."""
        return any(window.limit is not None for window in (*self._transactions, *self._recipients))

    def add(self, dispatch: Dispatch) -> None:
        for window in self._transactions:
            window.add(dispatch.at, dispatch.transactions)
        for window in self._recipients:
            window.add(dispatch.at, dispatch.recipients)
        self.last = max(self.last, dispatch.number)

    def allowance(self, now: float, *, transactions: int = 0, recipients: int = 0) -> Allowance:
        """Besides those that are about to leave already."""
        may = min(window.room(now) for window in self._transactions) - transactions
        reach = min(window.room(now) for window in self._recipients) - recipients
        opens = [window.opens(now, transactions) for window in self._transactions]
        opens += [window.opens(now, recipients) for window in self._recipients]
        if may <= 0 or reach <= 0:
            return Allowance(0, 0, max(opens))
        return Allowance(may, reach, now)

    def free(self, since: float, now: float) -> float:
        """Seconds since then in which no limit kept anything waiting.

        To be asked before any `allowance`, of dispatches from a day before `since`.
        """
        windows = (*self._transactions, *self._recipients)
        seconds, behind = 0.0, since
        for start, end in sorted(span for window in windows for span in window.full()):
            seconds += max(0.0, min(start, now) - behind)
            behind = max(behind, end)
        return seconds + max(0.0, now - behind)

    def reached_by(self, recipients: int, now: float, *, one_each: bool) -> float:
        """When the last of so many recipients may leave, were nothing else sent."""
        future = self._copy()
        per = 1 if one_each else self.limits.per_transaction
        while recipients > 0:
            allowed = future.allowance(now)
            if not allowed.recipients:
                now = allowed.when
                continue
            take = min(recipients, allowed.recipients, allowed.transactions * per)
            future.add(Dispatch(0, now, -(-take // per), take))
            recipients -= take
        return now

    def _copy(self) -> Spending:
        same = Spending(self.limits)
        same._transactions = [window.copy() for window in self._transactions]
        same._recipients = [window.copy() for window in self._recipients]
        return same
