"""What happens in a neighbourhood, each as a way there, the step that a crash may hit, and who has what in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.journeys.crash_site import CrashSite
from tests.journeys.neighbourhood import ANNA, MEMBERS, OFFICER, answer, mail, read, until

JAN, PIET = MEMBERS[:2]


def _ordinary(site: CrashSite, point: str, refuse: bool) -> None:  # noqa: FBT001 - as `Flow.start`
    site.begin(point=point, refuse=refuse)


def _first(site: CrashSite, point: str, refuse: bool) -> None:  # noqa: FBT001 - as `Flow.start`
    """The daemon was never here before, and dies before it says that it watches."""
    site.arm()
    site.begin(point=point, refuse=refuse, wait=False)
    until(lambda: site.watched() or site.struck(), "the first start")


def _after_an_outage(site: CrashSite, point: str, refuse: bool) -> None:  # noqa: FBT001 - as `Flow.start`
    """Mail came while the daemon was stopped."""
    site.begin()
    site.stop()
    _bulletin(site)
    site.arm()
    site.begin(point=point, refuse=refuse, wait=False)


@dataclass(frozen=True, slots=True)
class Flow:
    before: Callable[[CrashSite], None]
    step: Callable[[CrashSite], None]
    reaches: Mapping[str, int] = field(default_factory=dict)  # how many mails the step brings to each address
    start: Callable[[CrashSite, str, bool], None] = _ordinary


def _nothing(_: CrashSite) -> None:
    """The step is the first thing that happens."""


def _bulletin(site: CrashSite) -> None:
    site.arrives(mail(OFFICER, "Gele Polo", "Wie heeft vannacht een gele Polo gezien?\n"))


def _report(site: CrashSite) -> None:
    site.arrives(mail(JAN, "Kapotte lantaarn", "Bij nummer 3 brandt geen licht.\n", proven=False))


def _forged(site: CrashSite) -> None:
    site.arrives(mail(OFFICER, "Wachtwoorden", "Mail uw wachtwoord aan de wijkagent.\n", proven=False))


def _after(step: Callable[[CrashSite], None]) -> Callable[[CrashSite], None]:
    def done(site: CrashSite) -> None:
        step(site)
        site.settle()

    return done


def _reply(site: CrashSite) -> None:
    bulletin = next(each for each in site.provider.deliveries if JAN in each.rcpt_tos)
    site.arrives(answer(read(bulletin.content), f"Jan <{JAN}>", "Ja, bij mij.", proven=False))


def _answer(site: CrashSite) -> None:
    report = next(each for each in site.provider.deliveries if OFFICER in each.rcpt_tos)
    site.arrives(answer(read(report.content), OFFICER, "Dank u. Wij komen langs."))


def _drag(folder: str) -> Callable[[CrashSite], None]:
    def drag(site: CrashSite) -> None:
        with site.box() as program:
            assert program.move(("BIN/Wacht", folder), b"Wachtwoorden") == 1
        until(lambda: _settled(site) or site.struck(), "the decision is carried out")

    return drag


def _settled(site: CrashSite) -> bool:
    return site.rows("select state from arrivals where state in ('released', 'rejected')") != []


def _bounce(site: CrashSite) -> None:
    bulletin = next(each for each in site.provider.deliveries if PIET in each.rcpt_tos)
    original = bulletin.content.partition(b"\r\n\r\n")[0]
    site.arrives(
        b"From: MAILER-DAEMON@provider.example\r\nTo: coordinator@bin-wilhelminapark.example\r\nReturn-Path: <>\r\n"
        b"Subject: Undelivered Mail\r\nDate: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <dsn@provider.example>\r\n"
        b'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; provider.example\r\n\r\n"
        b"Final-Recipient: rfc822; " + PIET.encode() + b"\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" + original + b"\r\n\r\n--b--\r\n"
    )


FLOWS = {
    "first start": Flow(_nothing, _nothing, start=_first),
    "outage": Flow(_nothing, _nothing, dict.fromkeys(MEMBERS, 1), start=_after_an_outage),
    "bulletin": Flow(_nothing, _bulletin, dict.fromkeys(MEMBERS, 1)),
    "reply": Flow(_after(_bulletin), _reply, {OFFICER: 1, JAN: 1}),
    "report": Flow(_nothing, _report, {OFFICER: 1, JAN: 1}),
    "answer": Flow(_after(_report), _answer, {JAN: 1}),
    "hold": Flow(_nothing, _forged, {ANNA: 1}),
    "release": Flow(_after(_forged), _drag("BIN/Vrijgeven"), dict.fromkeys(MEMBERS, 1)),
    "reject": Flow(_after(_forged), _drag("BIN/Geweigerd")),
    "bounce": Flow(_after(_bulletin), _bounce),
}


def reached(site: CrashSite) -> Counter[str]:
    """How many different mails each address has."""
    return Counter(address for _, address in site.copies())
