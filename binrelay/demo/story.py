"""The story of the yellow Polo, scene by scene: each mail is written, played, told, checked and kept.

Invariant: what a scene sends depends on what was really received before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from binrelay.demo import checks, letters
from binrelay.demo.cast import JAN, LUCIA, POLICE, Person
from binrelay.demo.checks import Expectation
from binrelay.demo.folder import MailFolder
from binrelay.demo.letters import Letter
from binrelay.demo.scene import Scene
from binrelay.demo.stage import Stage
from binrelay.demo.stories import Words
from binrelay.demo.telling import Telling
from binrelay.errors import BinrelayError
from binrelay.model import Folders


class StoryBrokenError(BinrelayError):
    """Somebody did not receive what the story goes on with."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Plays and tells; `expectations` grows."""

    stage: Stage
    telling: Telling
    words: Words
    folder: MailFolder
    folders: Folders
    expectations: list[Expectation]

    async def tell(self) -> None:
        """All of it. Raises RelayEndedError, StoryBrokenError and whatever the servers refuse."""
        words, where = self.words, self.folders
        polo = await self._begin(1, letters.bulletin(words))
        self._close(1, checks.bulletin(polo, words, where))
        reply = await self._begin(2, letters.reply(words, _received(polo, JAN)))
        self._close(2, checks.reply(reply, words))
        answer = await self._begin(3, letters.answer(words, _received(reply, POLICE)))
        self._close(3, checks.answer(answer, words))
        away = await self._begin(4, letters.out_of_office(words, _received(polo, LUCIA)))
        self._close(4, checks.away(away, words, where))
        forged = await self._begin(5, letters.forgery(words))
        self._close(5, checks.forged(forged, words, where))
        council = await self._begin(6, letters.council(words))
        dragged = await self._drag(6, council)
        self._close(6, checks.council(council, dragged, words=words, folders=where))
        news = await self._begin(7, letters.news(words))
        self._close(7, checks.news(news, words, earlier=reply))
        await self._end((polo, reply, answer, away, forged, council, dragged, news))

    async def _begin(self, number: int, letter: Letter) -> Scene:
        self.telling.title(number)
        scene = await self.stage.play(letter)
        self.telling.arrives(scene)
        self.telling.decides(scene)
        self.telling.receives(scene.deliveries)
        self.folder.keep(number, scene, self.words)
        return scene

    async def _drag(self, number: int, held: Scene) -> Scene:
        scene = await self.stage.drag(held)
        self.telling.drags(self.stage.release)
        self.telling.receives(scene.deliveries)
        self.folder.keep(number, scene, self.words)
        return scene

    def _close(self, number: int, expectations: Sequence[Expectation]) -> None:
        self.telling.unknown(number)
        self._judge(expectations)

    async def _end(self, scenes: Sequence[Scene]) -> None:
        held = await self.stage.lying_in(self.stage.held)
        inbox = await self.stage.lying_in("INBOX")
        self.telling.heading(self.words.summary)
        well = self.stage.relay.status().get("ok") is True
        self._judge(checks.whole(scenes, self.words, lying=(inbox, held), well=well))

    def _judge(self, expectations: Sequence[Expectation]) -> None:
        self.telling.expectations(expectations)
        self.expectations.extend(expectations)


def _received(scene: Scene, person: Person) -> bytes:
    """The first mail that person got. Raises StoryBrokenError: who got nothing has nothing to answer."""
    mails = scene.to(person.address)
    if not mails:
        raise StoryBrokenError(f"{person.first_name} received nothing to answer")
    return mails[0]
