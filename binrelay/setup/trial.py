"""Both servers of a network as they answer now: what they can do, and who judges the mail that comes in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from binrelay.mail.authentication import top_server
from binrelay.mail.header import read_header
from binrelay.model import Network
from binrelay.ports import Room
from binrelay.transport.imap import ImapInbox
from binrelay.transport.smtp import SmtpSubmitter
from binrelay.transport.tls import AccessToken

RECENT = 50  # mails of each folder whose header is looked at for the server that judges authentication
_ARRIVED = (Room.INBOX, Room.HELD, Room.DONE)  # where what came in lies, before and after the daemon looked at it


@dataclass(frozen=True, slots=True)
class Mailbox:
    capabilities: tuple[str, ...]
    folders: tuple[str, ...]
    looked_at: int  # recent mails
    judges: tuple[tuple[str, int], ...]  # servers whose Authentication-Results stand on top, and how often; most first


async def try_imap(network: Network, access_token: AccessToken | None) -> Mailbox:
    """Logs in and creates the folders. Raises MailboxLost, MailboxRefused, LoginRefused, TokenUnavailable."""
    inbox = ImapInbox(network.imap, network.folders, access_token=access_token)
    try:
        await inbox.connect()
        headers = [header for room in _ARRIVED for header in await inbox.recent_headers(room, RECENT)]
        seen = Counter(server for header in headers if (server := top_server(read_header(header)[0])))
        capabilities, folders = await inbox.capabilities(), inbox.folder_paths()
        return Mailbox(tuple(capabilities), tuple(folders.values()), len(headers), tuple(seen.most_common(3)))
    finally:
        await inbox.close()


async def try_smtp(network: Network, access_token: AccessToken | None) -> Sequence[str]:
    """Logs in; the extensions. Raises SubmissionFailed, LoginRefused."""
    submitter = SmtpSubmitter(network.smtp, ehlo_name=network.address.domain, access_token=access_token)
    try:
        return await submitter.greet()
    finally:
        await submitter.close()
