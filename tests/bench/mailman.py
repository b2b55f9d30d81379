"""GNU Mailman 3 as a peer: its daemons run, the mail comes by LMTP, individual delivery is its VERP personalisation."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.install import MAILMAN
from tests.bench.letters import LIST_DOMAIN, member
from tests.bench.peers import BATCH, Cell, by_lmtp
from tests.bench.receiver import Receiver, free_port, wait_for_port

_CONFIGURATION = """\
[mailman]
layout: bench
site_owner: owner@{domain}
[paths.bench]
var_dir: {folder}
[mta]
incoming: mailman.mta.null.NullMTA
outgoing: mailman.mta.deliver.deliver
smtp_host: 127.0.0.1
smtp_port: {smtp}
lmtp_host: 127.0.0.1
lmtp_port: {lmtp}
max_recipients: {batch}
verp_personalized_deliveries: yes
configuration: python:mailman.config.postfix
[webservice]
port: {web}
[database]
class: mailman.database.sqlite.SQLiteDatabase
url: sqlite:///{folder}/mailman.db
[logging.root]
level: warn
"""

# Runs inside Mailman's own environment: its lists and members are made through its own classes.
_FILL = """\
import sys
from mailman.core.initialize import initialize
initialize(sys.argv[1])
from mailman.app.lifecycle import create_list
from mailman.config import config
from mailman.interfaces.action import Action
from mailman.interfaces.archiver import ArchivePolicy
from mailman.interfaces.domain import IDomainManager
from mailman.interfaces.mailinglist import Personalization
from mailman.interfaces.member import MemberRole
from mailman.interfaces.usermanager import IUserManager
from mailman.model.member import Member
from mailman.model.preferences import Preferences
from mailman.utilities.datetime import now
from zope.component import getUtility

name, each, domain = sys.argv[2], sys.argv[3] == "each", sys.argv[2].partition("@")[2]
domains = getUtility(IDomainManager)
if domain not in domains:
    domains.add(domain)
made = create_list(name, [f"owner@{domain}"], style_name="legacy-announce")
made.send_welcome_message = made.admin_immed_notify = made.digests_enabled = False
made.require_explicit_destination = False
made.default_member_action = made.default_nonmember_action = Action.accept
made.archive_policy = ArchivePolicy.never
made.max_message_size = 0
made.personalize = Personalization.individual if each else Personalization.none
users = getUtility(IUserManager)
for address in sys.stdin.read().split():
    known = users.get_address(address) or users.create_address(address)
    known.verified_on = now()
    member = Member(MemberRole.member, made.list_id, known)
    member.preferences = Preferences()
    config.db.store.add(member)
config.db.commit()
"""


class Mailman:
    name = "GNU Mailman 3"

    def __init__(self, receiver: Receiver) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="mailman-")  # gone with this object
        self._folder = Path(self._home.name)
        self._lmtp = free_port()
        self._made: set[str] = set()
        self._file = self._folder / "mailman.cfg"
        text = _CONFIGURATION.format(
            domain=LIST_DOMAIN,
            folder=self._folder / "var",
            smtp=receiver.port,
            lmtp=self._lmtp,
            batch=BATCH,
            web=free_port(),
        )
        self._file.write_text(text)

    def start(self, cell: Cell) -> None:
        if cell.list not in self._made:
            self._fill(cell)
        self._run("start")
        wait_for_port(self._lmtp)

    def go(self, cell: Cell) -> float:
        return by_lmtp(self._lmtp, cell)

    def stop(self) -> None:
        self._run("stop")

    def servers(self) -> Iterator[int]:
        return iter(())

    def _fill(self, cell: Cell) -> None:
        name = f"{cell.list}@{LIST_DOMAIN}"
        command = [str(MAILMAN / "bin/python"), "-c", _FILL, str(self._file), name, "each" if cell.each else "bulk"]
        members = "\n".join(map(member, range(cell.members)))
        subprocess.run(command, input=members, text=True, check=True, stdout=subprocess.DEVNULL)
        self._made.add(cell.list)

    def _run(self, action: str) -> None:
        as_root = [] if os.geteuid() else ["--run-as-root"]
        command = [str(MAILMAN / "bin/mailman"), *as_root, "-C", str(self._file), action]
        # Not a pipe: the daemons that it leaves behind would hold it open.
        with (self._folder / "console.log").open("ab") as log:
            done = subprocess.run(command, check=False, stdout=log, stderr=log)
        if done.returncode:
            sys.exit(f"mailman {action} failed: see {log.name}")
