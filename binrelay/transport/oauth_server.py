"""One question to a token server, over HTTPS.

Invariant: it ends within `LIMIT` seconds and reads at most `MOST` bytes; certificates are verified; a redirect is not
followed, because it would carry the secrets elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from binrelay import __version__
from binrelay.errors import TokenUnavailable
from binrelay.transport.oauth_answer import Granted, read_answer
from binrelay.transport.tls import make_context

if TYPE_CHECKING:
    import httpx2

LIMIT = 30.0
MOST = 65536
_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",  # nothing to unpack: a small answer stays small
    "user-agent": f"binrelay/{__version__}",
}


async def ask(url: str, form: Mapping[str, str], *, ca_file: Path | None = None) -> Granted:
    """POSTs the form (RFC 6749 4.4.2, 6). Raises Refused, TokenUnavailable."""
    return read_answer(*await post(url, form, ca_file=ca_file))


async def post(url: str, form: Mapping[str, str], *, ca_file: Path | None = None) -> tuple[int, bytes]:
    """Status and body of the answer. Raises TokenUnavailable."""
    import httpx2  # for those who log in by token only

    try:
        async with asyncio.timeout(LIMIT):
            return await _exchange(url, form, ca_file)
    except TimeoutError:
        raise TokenUnavailable(f"no answer of the token server within {LIMIT:g} s") from None
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        # Not "from error": a library's message may one day quote what it was given to send.
        raise TokenUnavailable(f"no answer of the token server: {type(error).__name__}{_certificate(error)}") from None


async def _exchange(url: str, form: Mapping[str, str], ca_file: Path | None) -> tuple[int, bytes]:
    import httpx2

    context = await make_context(ca_file)
    async with (
        httpx2.AsyncClient(verify=context, follow_redirects=False, timeout=LIMIT) as client,
        client.stream("POST", url, data=dict(form), headers=_HEADERS) as answer,
    ):
        return answer.status_code, await _body(answer)


async def _body(answer: httpx2.Response) -> bytes:
    body = b""
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) > MOST:
            raise TokenUnavailable("the token server's answer is too long")
    return body


def _certificate(error: Exception) -> str:
    return " (its certificate is not to be believed)" if "CERTIFICATE_VERIFY_FAILED" in str(error) else ""
