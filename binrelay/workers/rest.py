"""When an account rests, and over how many connections it works, by what the server answers.

Invariant: one rest at a time; it grows while the trouble lasts; a login that was refused four times is tried once a day.
"""

from __future__ import annotations

from binrelay.errors import LoginRefused, SubmissionFailed
from binrelay.rules.exposure import quiet
from binrelay.rules.retry import DAILY, delay, is_shut_out, rest_after_login
from binrelay.workers.world import Health, World

AGAIN_MORE = 300.0  # seconds of peace after which one more connection is tried


class Rest:
    def __init__(self, world: World, *, connections: int) -> None:
        self.connections = connections
        self.lanes = connections  # at the same time, at the moment
        self.until = 0.0
        self.healths: list[Health] = []
        self._world = world
        self._strikes = 0
        self._logins = 0  # refused in a row
        self._shrunk = 0.0

    @property
    def shut_out(self) -> bool:
        """The login was refused so often that only a person can mend it."""
        return is_shut_out(self._logins)

    def well(self, now: float) -> None:
        """The server took something."""
        if now < self.until:
            return
        self._strikes = self._logins = 0
        for health in self.healths:
            health.refused = health.shut_out = None
        if self.lanes < self.connections and now - self._shrunk >= AGAIN_MORE:
            self.lanes, self._shrunk = self.lanes + 1, now

    def trouble(self, error: SubmissionFailed | LoginRefused, now: float, *, others_work: bool) -> bool:
        """Whether a rest begins. Trouble of one connection while others work costs that connection alone."""
        if now < self.until:
            return False
        if isinstance(error, SubmissionFailed) and error.phase in ("connect", "greeting") and others_work:
            self.lanes, self._shrunk = max(1, self.lanes - 1), now
            self._event(error, rest=0.0)
            return False
        rest = self._rest_for(error)
        self.until = now + rest
        for health in self.healths:
            health.refused = quiet(str(error), self._world.network)
            if self.shut_out and health.shut_out is None:
                health.shut_out = health.refused
        self._event(error, rest=rest)
        return True

    def _rest_for(self, error: SubmissionFailed | LoginRefused) -> float:
        if isinstance(error, LoginRefused):
            self._logins += 1
            return rest_after_login(self._logins, then=DAILY)
        self._strikes += 1
        return delay(self._strikes - 1, self._world.retry, self._world.dice.jitter())

    def _event(self, error: SubmissionFailed | LoginRefused, *, rest: float) -> None:
        self._world.journal.event(
            "submission-failed",
            network=self._world.network.id,
            error=type(error).__name__,
            code=getattr(error, "code", 0),
            retry_in=round(rest, 1),
        )
