"""A submission server that says how far each transaction has come: `smtp.connect`, `mail`, `rcpt`, `data`, `dot`, `replied`.

For tests only. `told` is called with the phase and the client's port, in the server's thread, before the client is answered.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP

from tests.support.sink import Delivery

PHASES = ("smtp.connect", "smtp.mail", "smtp.rcpt", "smtp.data", "smtp.dot", "smtp.replied")


class _Session(SMTP):
    line_length_limit = 1024 * 1024

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        assert self.transport is not None
        client = int(self.transport.get_extra_info("peername")[1])
        self.event_handler.told("smtp.data", client)
        await super().smtp_DATA(arg)
        self.event_handler.told("smtp.replied", client)


class WatchfulSink:
    def __init__(self) -> None:
        self.port = 0
        self.deliveries: list[Delivery] = []
        self.told: Callable[[str, int], None] = lambda _phase, _client: None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(self._session, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _session(self) -> _Session:
        return _Session(self, hostname="sink.example", ident="sink", enable_SMTPUTF8=True, loop=self._loop)

    async def handle_EHLO(self, _server: Any, session: Any, _envelope: Any, name: str, lines: list[str]) -> list[str]:  # noqa: N802
        self.told("smtp.connect", session.peer[1])
        session.host_name = name
        return [*lines[:1], "250-ENHANCEDSTATUSCODES", "250-PIPELINING", *(x for x in lines[1:] if "AUTH" not in x)]

    async def handle_MAIL(self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        self.told("smtp.mail", session.peer[1])
        envelope.mail_from = address
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, _server: Any, session: Any, envelope: Any, address: str, _options: list[str]) -> str:  # noqa: N802
        self.told("smtp.rcpt", session.peer[1])
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.deliveries.append(Delivery(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.original_content))
        self.told("smtp.dot", session.peer[1])
        return "250 2.0.0 Ok: recorded"
