"""The story of the yellow Polo, scene by scene: each mail is written, played, told, checked and kept.

Invariant: what a scene sends depends on what was really received before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from binrelay.demo import checks, letters
from binrelay.demo.cast import COORDINATOR, JAN, LUCIA, POLICE, folders
from binrelay.demo.checks import Expectation
from binrelay.demo.folder import MailFolder
from binrelay.demo.letters import Letter
from binrelay.demo.scene import Scene, Story
from binrelay.demo.stage import Stage
from binrelay.demo.stories import Words
from binrelay.demo.telling import Telling
from binrelay.model import Folders, Language


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
        """All of it. Raises RelayEnded and whatever the servers refuse."""
        words, where = self.words, self.folders
        polo = await self._scene(1, letters.bulletin(words), lambda scene: checks.bulletin(scene, words, where))
        bulletin = _received(polo, JAN.address)
        reply = await self._scene(2, letters.reply(words, bulletin), lambda scene: checks.reply(scene, words))
        asked = _received(reply, POLICE.address)
        answer = await self._scene(3, letters.answer(words, asked), lambda scene: checks.answer(scene, words))
        absence = letters.out_of_office(words, _received(polo, LUCIA.address))
        away = await self._scene(4, absence, lambda scene: checks.away(scene, words, where))
        forged = await self._scene(5, letters.forgery(words), lambda scene: checks.forged(scene, words, where))
        council = await self._begin(6, letters.council(words))
        dragged = await self._dragged(council)
        self._close(6, checks.council(council, dragged, words=words, folders=where))
        news = await self._scene(7, letters.news(words), lambda scene: checks.news(scene, reply, words))
        await self._end(Story((polo, reply, answer, away, forged, council, dragged, news)))

    async def _scene(
        self, number: int, letter: Letter, check: Callable[[Scene], Sequence[Expectation]]
    ) -> Scene:
        scene = await self._begin(number, letter)
        self._close(number, check(scene))
        return scene

    async def _begin(self, number: int, letter: Letter) -> Scene:
        self.telling.title(number)
        scene = await self.stage.play(letter)
        self.telling.arrives(scene)
        self.telling.decides(scene)
        self.telling.receives(scene)
        self.folder.keep(number, scene, self.words)
        return scene

    async def _dragged(self, held: Scene) -> Scene:
        scene = await self.stage.drag(held)
        self.telling.drags(self.stage.release)
        self.telling.receives(scene)
        self.folder.keep(6, scene, self.words)
        return scene
