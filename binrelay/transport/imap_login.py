"""Opens an IMAP connection: TCP, TLS, greeting, login.

Invariant: no password leaves before the certificate was verified, except where the account says `none`; one opening
is one attempt to log in; what the server wrote before TLS counts for nothing after it.
"""

from __future__ import annotations

import asyncio
import socket
from base64 import b64encode

from binrelay.errors import LoginRefused, MailboxLost, MailboxRefused, TokenUnavailable
from binrelay.model import ImapAccount, Secret, Security
from binrelay.transport.imap_protocol import GuardedProtocol
from binrelay.transport.imap_session import ImapSession, Limits
from binrelay.transport.imap_text import astring
from binrelay.transport.tls import AccessToken, make_context

# RFC 5530: the server is in trouble, not our password.
_SERVER_IN_TROUBLE = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]")
# Seconds: notice a peer that vanished without a word also where no command is under way.
_PROBES = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))


async def open_session(account: ImapAccount, limits: Limits, access_token: AccessToken | None) -> ImapSession:
    """A connection that is logged in. Raises MailboxLost, MailboxRefused, LoginRefused."""
    if account.oauth2 is not None and access_token is None:
        raise LoginRefused("imap", "the account is set to oauth2 and nothing gives us its access token")
    protocol = GuardedProtocol(asyncio.get_running_loop())
    session = ImapSession(protocol, limits)
    try:
        await _reach(account, protocol, limits)
        await session.greet()
        if account.security is Security.STARTTLS:
            await _start_tls(session, protocol, account)
        await session.learn()
        if not session.authenticated:
            await _log_in(session, account, access_token)
            await session.learn()
    except BaseException:
        session.abort("not opened")
        raise
    return session


async def _reach(account: ImapAccount, protocol: GuardedProtocol, limits: Limits) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(limits.connect):
            context = await make_context(account.ca_file) if account.security is Security.TLS else None
            transport, _ = await loop.create_connection(lambda: protocol, account.host, account.port, ssl=context)
    except TimeoutError as error:
        raise MailboxLost(f"no connection within {limits.connect:g} s") from error
    except OSError as error:
        raise MailboxLost(f"no connection: {error}") from error
    _probe(transport.get_extra_info("socket"))


def _probe(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, seconds in _PROBES:
        if hasattr(socket, name):
            line.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)


async def _start_tls(session: ImapSession, protocol: GuardedProtocol, account: ImapAccount) -> None:
    if session.authenticated:
        # RFC 3501 6.2.1 has no STARTTLS after PREAUTH; somebody on the line could greet us so to keep us in clear.
        raise MailboxLost("the server greets with PREAUTH, so that STARTTLS is not possible")
    await session.run("STARTTLS")
    session.check()
    try:
        async with asyncio.timeout(session.limits.connect):
            await protocol.start_tls(await make_context(account.ca_file), account.host)
    except TimeoutError as error:
        raise MailboxLost(f"no TLS within {session.limits.connect:g} s") from error
    except OSError as error:
        raise MailboxLost(f"no TLS: {error}") from error


async def _log_in(session: ImapSession, account: ImapAccount, access_token: AccessToken | None) -> None:
    if account.username is None:
        raise LoginRefused("imap", "the server asks for a name and a password")
    try:
        if account.oauth2 is not None and access_token is not None:
            await _with_token(session, account.username, access_token)
        elif account.password is not None:
            await _with_password(session, account.username, account.password)
        else:
            raise LoginRefused("imap", "there is a username and no password")
    except MailboxRefused as refused:
        answer = _without_secrets(refused.answer, account)
        if answer.upper().startswith(_SERVER_IN_TROUBLE):
            raise MailboxLost(f"the server cannot log us in now: {answer}") from None
        raise LoginRefused("imap", answer) from None


async def _with_password(session: ImapSession, username: str, password: Secret) -> None:
    try:
        name, word = astring(username), astring(password.value)
    except ValueError as error:
        raise LoginRefused("imap", f"username or password: {error}") from None
    if "LOGINDISABLED" not in session.capabilities:
        await session.log_in(name, word)
    elif "AUTH=PLAIN" in session.capabilities:
        await session.authenticate("PLAIN", b64encode(f"\0{username}\0{password.value}".encode()))  # RFC 4616
    else:
        raise LoginRefused("imap", "the server accepts passwords neither by LOGIN nor by PLAIN on this connection")


async def _with_token(session: ImapSession, username: str, access_token: AccessToken) -> None:
    try:
        token = await access_token()
    except TokenUnavailable as error:
        raise MailboxLost(f"no access token: {error}") from error
    try:
        # A refused token is answered with one more challenge, and only an empty answer to that brings the NO.
        await session.authenticate("XOAUTH2", b64encode(f"user={username}\1auth=Bearer {token}\1\1".encode()), b"")
    except MailboxRefused:
        access_token.refused(token)
        raise


def _without_secrets(answer: str, account: ImapAccount) -> str:
    if account.password is not None and account.password.value:
        answer = answer.replace(account.password.value, "…")
    return answer
