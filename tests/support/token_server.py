"""A token server over HTTPS that misbehaves in one named way. For tests only.

It knows the refresh tokens it gave out, and the access tokens: `GET /introspect?token=…` tells a mail server whether one
is good (RFC 7662 as Dovecot asks it).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Self
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.support.sink import Certificate

USER = "coordinator@bin.example"


class Mood(StrEnum):
    POLITE = "answers as RFC 6749 says"
    REPLACES = "gives a new refresh token each time and forgets the old one"
    REVOKED = "invalid_grant"
    SECRET_EXPIRED = "invalid_client, in Microsoft's words"
    BUSY = "503 and a page"
    TOO_MANY = "429"
    BAD_SCOPE = "invalid_scope"
    PAGE = "200 and a page of a captive portal"
    REDIRECTS = "307 to another address"
    NO_TOKEN = "an object without a token"
    FORGED_TOKEN = "a token with control characters in it"
    MAC_TOKEN = "a token that is no bearer token"
    ENDLESS = "an answer that does not end"
    SILENT = "no answer"
    HANGS_UP = "closes the connection"
    DEEP = "JSON nested beyond reason"


class FixedToken:
    """`AccessToken` without a server behind it."""

    async def __call__(self) -> str:
        return "ya29.token"

    def refused(self, token: str) -> None:
        assert token == "ya29.token"


class TokenServer:
    """`async with TokenServer(certificate) as server:`; `url` is where tokens are asked, `forms` what was sent there."""

    def __init__(self, certificate: Certificate, mood: Mood = Mood.POLITE) -> None:
        self.mood = mood
        self.user = USER  # whose tokens it gives
        self.lifetime: object = 3600
        self.interval = 5  # seconds a device is to wait between two questions
        self.delay = 0.0  # seconds before an answer
        self.forms: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.good: set[str] = set()  # access tokens
        self.refresh_tokens = {"refresh-1"}
        self.says: list[str] = []  # error codes, one for each time a device code is shown, before a token is given
        self.challenge = ""  # of the page that a browser was sent to (RFC 7636)
        self._certificate = certificate
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._certificate.server)
        self.port: int = self._server.sockets[0].getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}/token"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for handler in self._handlers:
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            await self._exchange(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.transport.abort()  # who asked is gone
        finally:
            self._handlers.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n")[0].split(" ")
        lines = (line.partition(":") for line in head.split("\r\n")[1:])
        headers = {name.strip().lower(): value.strip() for name, _, value in lines}
        body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
        self.paths.append(urlsplit(target).path)
        if method == "GET" or target.startswith("/introspect"):
            await _answer(writer, 200, self._introspect(target, body))
            return
        self.forms.append(dict(parse_qsl(body)))
        if target == "/device":
            await _answer(writer, *self._device())
            return
        await asyncio.sleep(self.delay)
        await self._grant(writer, self.forms[-1])

    def _introspect(self, target: str, body: str) -> bytes:
        asked = parse_qs(urlsplit(target).query) | parse_qs(body)
        token = asked.get("token", [""])[0]
        active = token in self.good
        return json.dumps({"active": active, "username": self.user} if active else {"active": False}).encode()

    async def _grant(self, writer: asyncio.StreamWriter, form: dict[str, str]) -> None:
        match self.mood:
            case Mood.HANGS_UP:
                writer.transport.abort()
            case Mood.SILENT:
                await asyncio.sleep(3600)
            case Mood.ENDLESS:
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
                while True:
                    writer.write(b" " * 16384)
                    await writer.drain()
            case Mood.REDIRECTS:
                await _answer(writer, 307, b"", location=f"https://127.0.0.1:{self.port}/elsewhere")
            case _:
                await _answer(writer, *self._reply(form))

    def _reply(self, form: dict[str, str]) -> tuple[int, bytes]:
        match self.mood:
            case Mood.REVOKED:
                return _error(400, "invalid_grant")
            case Mood.SECRET_EXPIRED:
                return _error(401, "invalid_client", f"AADSTS7000222: expired secret {form['client_secret']}")
            case Mood.BUSY:
                return 503, b"<html>later</html>"
            case Mood.TOO_MANY:
                return _error(429, "slow_down")
            case Mood.BAD_SCOPE:
                return _error(400, "invalid_scope")
            case Mood.PAGE:
                return 200, b"<html>Welcome to the hotel</html>"
            case Mood.NO_TOKEN:
                return 200, b'{"token_type": "Bearer"}'
            case Mood.FORGED_TOKEN:
                return 200, json.dumps({"access_token": "a\x01\x01\r\nB LOGOUT"}).encode()
            case Mood.MAC_TOKEN:
                return 200, b'{"access_token": "abc", "token_type": "mac"}'
            case Mood.DEEP:
                return 200, b'{"a":' * 20000
            case _:
                return self._tokens(form)

    def _device(self) -> tuple[int, bytes]:
        if self.mood is not Mood.POLITE:
            return self._reply(self.forms[-1])
        told = {"device_code": "device-secret", "user_code": "ABCD-1234", "verification_uri": "https://bin.example/go"}
        return 200, json.dumps({**told, "interval": self.interval, "expires_in": 900}).encode()

    def _consented(self, form: dict[str, str]) -> tuple[int, bytes] | None:
        """What stands in the way of a token for a code."""
        if form.get("device_code") and self.says:
            return _error(400, self.says.pop(0))
        if "code" in form:
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            if urlsafe_b64encode(digest).rstrip(b"=").decode() != self.challenge:
                return _error(400, "invalid_grant")
        return None

    def _tokens(self, form: dict[str, str]) -> tuple[int, bytes]:
        if refusal := self._consented(form):
            return refusal
        shown = form.get("refresh_token")
        if form["grant_type"] == "refresh_token" and shown not in self.refresh_tokens:
            return _error(400, "invalid_grant")
        token = f"access-{len(self.forms)}"
        self.good.add(token)
        values: dict[str, object] = {"access_token": token, "token_type": "Bearer", "expires_in": self.lifetime}
        if "code" in form or "device_code" in form:
            self.refresh_tokens = {"refresh-of-consent"}
            values["refresh_token"] = "refresh-of-consent"
        if self.mood is Mood.REPLACES:
            self.refresh_tokens = {f"refresh-{len(self.forms) + 1}"}
            values["refresh_token"] = f"refresh-{len(self.forms) + 1}"
        return 200, json.dumps(values).encode()


def _error(status: int, code: str, description: str = "") -> tuple[int, bytes]:
    return status, json.dumps({"error": code, "error_description": description}).encode()


async def _answer(writer: asyncio.StreamWriter, status: int, body: bytes, *, location: str | None = None) -> None:
    more = f"Location: {location}\r\n" if location else ""
    head = f"HTTP/1.1 {status} x\r\n{more}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + body)
    await writer.drain()
