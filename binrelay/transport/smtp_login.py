"""Opens an SMTP connection: TCP, TLS, EHLO, AUTH. The library does the talking, `SmtpLine` takes over after it.

Invariant: no password and no mail leaves before the certificate was verified, except where the account says `none`
(RFC 8314 5; loopback only); one opening is one attempt to log in, whatever the server answers.
"""

from __future__ import annotations

import asyncio
import ssl

import aiosmtplib

from binrelay.errors import LoginRefused, SubmissionFailed, TokenUnavailable
from binrelay.model import Security, SmtpAccount
from binrelay.transport.smtp_line import SmtpLine, Timeouts
from binrelay.transport.smtp_reply import make_reply
from binrelay.transport.tls import AccessToken, make_context

_UNKNOWN_COMMAND = (500, 502)


class SmtpDoor:
    """Opens logged-in lines to one account. Raises SubmissionFailed, LoginRefused."""

    def __init__(self, account: SmtpAccount, *, ehlo_name: str, access_token: AccessToken | None) -> None:
        self._account = account
        self._ehlo_name = ehlo_name
        self._access_token = access_token
        self._tls: ssl.SSLContext | None = None
        self._one_at_a_time = asyncio.Lock()
        self._let_in = account.username is None  # the last login succeeded, or none is needed
        self._refusal: LoginRefused | None = None  # the latest

    async def open(self, timeouts: Timeouts) -> SmtpLine:
        """Until a login has succeeded one is tried at a time, and who waited for one that was refused does not try.

        So a wrong password costs one attempt, not one for each connection: providers lock accounts.
        """
        if self._let_in:
            return await self._open(timeouts)
        known = self._refusal
        async with self._one_at_a_time:
            if self._refusal and self._refusal is not known:
                raise LoginRefused("smtp", self._refusal.answer)
            return await self._open(timeouts)

    async def _open(self, timeouts: Timeouts) -> SmtpLine:
        opening = _Opening(self._account, await self._context(), timeouts)
        try:
            line = await opening.run(self._ehlo_name, self._access_token)
        except LoginRefused as refusal:
            self._refusal, self._let_in = refusal, False
            raise
        self._let_in = True
        return line

    async def _context(self) -> ssl.SSLContext | None:
        if self._account.security is Security.NONE:
            return None
        if self._tls is None:
            try:
                self._tls = await make_context(self._account.ca_file)
            except OSError as error:
                raise SubmissionFailed("tls", 0, f"ca_file: {error}") from error
        return self._tls


class _Opening:
    """One connection on its way up; `phase` says how far it came."""

    def __init__(self, account: SmtpAccount, context: ssl.SSLContext | None, timeouts: Timeouts) -> None:
        self._account = account
        self._timeouts = timeouts
        self._phase = "connect"
        self._client = aiosmtplib.SMTP(
            hostname=account.host,
            port=account.port,
            use_tls=account.security is Security.TLS,
            start_tls=False,  # never the library's "where offered": `_say_hello` insists on it
            tls_context=context,
            timeout=timeouts.login,
        )

    async def run(self, ehlo_name: str, access_token: AccessToken | None) -> SmtpLine:
        self._client.local_hostname = ehlo_name
        try:
            await self._client.connect(timeout=self._timeouts.connect)
            await self._say_hello()
            self._phase = "auth"
            await self._log_in(access_token)
            return self._hand_over()
        except BaseException as error:  # a cancelled opening leaves no socket behind either
            self._abort()
            if isinstance(error, aiosmtplib.SMTPException | OSError | ValueError):
                raise self._translate(error) from error
            raise

    async def _say_hello(self) -> None:
        self._phase = "ehlo"
        try:
            await self._client.ehlo()
        except aiosmtplib.SMTPHeloError as refused:
            if refused.code not in _UNKNOWN_COMMAND:
                raise
            await self._client.helo()  # RFC 5321 3.2: an old server, which offers nothing
        if self._account.security is Security.STARTTLS:
            self._phase = "tls"
            await self._client.starttls()
            await self._client.ehlo()

    async def _log_in(self, access_token: AccessToken | None) -> None:
        """With exactly one mechanism: trying the next after a refusal spends another of the account's attempts."""
        username, password = self._account.username, self._account.password
        if username is None:
            return
        offered = self._client.server_auth_methods
        if access_token:
            await self._with_token(username, access_token)
        elif password is None:
            raise LoginRefused("smtp", "there is a username and no password")
        elif "plain" in offered:
            await self._client.auth_plain(username, password.value)
        elif "login" in offered:
            await self._client.auth_login(username, password.value)
        else:
            raise LoginRefused("smtp", "the server offers neither AUTH PLAIN nor AUTH LOGIN")

    async def _with_token(self, username: str, access_token: AccessToken) -> None:
        try:
            token = await access_token()
        except TokenUnavailable as error:
            raise SubmissionFailed("auth", 0, f"no access token: {error}") from error
        try:
            await self._client.auth_xoauth2(username, token)
        except aiosmtplib.SMTPAuthenticationError:
            access_token.refused(token)
            raise

    def _hand_over(self) -> SmtpLine:
        transport, hello = self._client.transport, self._client.last_ehlo_response
        if not isinstance(transport, asyncio.Transport):
            raise SubmissionFailed("connect", 0, "closed by the server")
        return SmtpLine(transport, filter(str.strip, hello.message.split("\n")[1:] if hello else ()))

    def _abort(self) -> None:
        if isinstance(self._client.transport, asyncio.Transport):
            self._client.transport.abort()
        self._client.close()

    def _translate(self, error: Exception) -> SubmissionFailed | LoginRefused:
        if not isinstance(error, aiosmtplib.SMTPResponseException):
            return SubmissionFailed(self._phase_of(error), 0, str(error))
        reply = make_reply(error.code, error.message.split("\n"))
        text = f"{reply.status or ''} {reply.text}".strip()
        if isinstance(error, aiosmtplib.SMTPAuthenticationError) and error.code >= 500:
            return LoginRefused("smtp", f"{error.code} {text}")
        phase = "greeting" if self._phase == "connect" else self._phase
        return SubmissionFailed(phase, max(error.code, 0), text)

    def _phase_of(self, error: Exception) -> str:
        """The library wraps a refused certificate in its own connection error."""
        certificate = isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError)
        return "tls" if certificate else self._phase
