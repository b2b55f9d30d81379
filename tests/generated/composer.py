"""Mails as people and programs write them, with any marks of a reply together. The standard library writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from functools import lru_cache

from hypothesis import strategies as st

from binrelay.records import Mail
from tests.generated.street import NEIGHBOURS, STRANGER, STREET, WIM

OFFICERS = ("wijkagent@politie.example", "collega@politie.example", "wijkagent@utrecht.example")
WRITERS = (
    *(str(each) for neighbour in NEIGHBOURS for each in neighbour.addresses),
    *OFFICERS,
    *OFFICERS,
    str(WIM.address),
    STRANGER,
)
PREFIXES = ("", "", "Re: ", "Antw: ", "AW: ", "[EXT] Re: ", "Re[2]: ", "Fwd: ", "Doorst: Re: ", "RE : ")
SUBJECTS = ("Gele Polo", "Kapotte lantaarn", "Inbraak", "")
PRIVATE = tuple(f"Bijzonder {number}" for number in range(4))
TAG = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{8}\b")


@dataclass(frozen=True)
class Step:
    """One thing that happens: somebody writes, or a coordinator decides."""

    what: str  # "write", "release", "drag"
    writer: str
    about: int  # which earlier mail, counted from the last; larger than there are: none
    prefix: str
    subject: str
    marks: frozenset[str]
    signature: str
    proven: bool


MARKS = st.sampled_from(
    (
        "our id",
        "their id",
        "strange id",
        "our subject",
        "quote",
        "attach",
        "tag in text",
        "thread index",
        "other id",
        "automatic",
    )
)
SIGNATURES = st.sampled_from(
    ("", "", "plain", "html", "split", "file", "vcard", "subject", "encoded", "turned", "photo name")
)
STEPS = st.builds(
    Step,
    what=st.sampled_from(("write",) * 12 + ("release", "drag")),
    writer=st.sampled_from(WRITERS),
    about=st.integers(0, 4),
    prefix=st.sampled_from(PREFIXES),
    subject=st.sampled_from(SUBJECTS + PRIVATE),
    marks=st.one_of(
        st.just(frozenset()), st.just(frozenset({"our id", "our subject"})), st.frozensets(MARKS, max_size=4)
    ),
    signature=SIGNATURES,
    proven=st.sampled_from((True, True, True, False)),
)


@lru_cache(maxsize=128)
def read(content: bytes) -> Message:
    """By the standard library's older reader: of the two the quicker one by far."""
    return message_from_bytes(content)


def header(content: bytes, name: str) -> str:
    """Unfolded and decoded; "" where there is none."""
    return " ".join(str(make_header(decode_header(str(read(content)[name] or "")))).split())


def text_of(content: bytes) -> str:
    part = next((each for each in read(content).walk() if each.get_content_type() == "text/plain"), None)
    raw = part.get_payload(decode=True) if part else b""
    return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


def write(step: Step, number: int, *, mails: list[Mail], posted: list[bytes]) -> bytes:
    """The mail of this step; `number` makes its Message-ID its own."""
    seen = [mail for mail in mails if _reached(mail, step.writer)]
    about = seen[-1 - step.about] if step.about < len(seen) else None
    message = EmailMessage(policy=policy.SMTP)
    name = _name(step.writer)
    message["From"] = f'"{name}" <{step.writer}>' if name else step.writer
    message["To"] = str(STREET.address)
    message["Date"] = "Tue, 24 Nov 2026 09:00:00 +0100"
    message["Message-ID"] = f"<{number}.{step.writer.replace('@', '.')}@pc.example>"
    message["Subject"] = _subject(step, about)
    for field, value in _threading(step, about, mails=mails, posted=posted):
        message[field] = value
    _body(message, step, about)
    proof = f"Authentication-Results: mx.provider.example; dmarc=pass header.from={step.writer.partition('@')[2]}\r\n"
    return (proof.encode() if step.proven else b"") + message.as_bytes()


def _reached(mail: Mail, writer: str) -> bool:
    """Whether the writer, or a colleague at the same authority, has got that mail and can quote it."""
    member = STREET.roster.get(writer)
    if member is not None:
        return member.address in mail.recipients
    domain = writer.partition("@")[2]
    return any(each.domain == domain for each in mail.recipients if each.key not in STREET.roster)


def _name(writer: str) -> str | None:
    member = STREET.roster.get(writer)
    return member.name if member else WIM.name if writer == str(WIM.address) else None


def _subject(step: Step, about: Mail | None) -> str:
    subject = header(about.content, "Subject") if about and "our subject" in step.marks else step.subject
    named = f" van {_name(step.writer)}" if step.signature == "subject" and _name(step.writer) else ""
    return f"{step.prefix}{subject}{named}"


def _threading(step: Step, about: Mail | None, *, mails: list[Mail], posted: list[bytes]) -> list[tuple[str, str]]:
    ids = [f"<{about.message_id}>"] if about and "our id" in step.marks else []
    if mails and "other id" in step.marks:
        ids.append(f"<{mails[step.about * 7 % len(mails)].message_id}>")
    if posted and "their id" in step.marks:
        ids.append(header(posted[-1 - step.about % len(posted)], "Message-ID"))
    ids += ["<unknown@elsewhere.example>"] if "strange id" in step.marks else []
    fields = [("In-Reply-To", ids[-1]), ("References", " ".join(ids))] if ids else []
    fields += [("Thread-Index", "AQHXm" + "A" * 40)] if "thread index" in step.marks else []
    return fields + ([("Auto-Submitted", "auto-replied")] if "automatic" in step.marks else [])


def _body(message: EmailMessage, step: Step, about: Mail | None) -> None:
    name = _name(step.writer) or "Iemand"
    lines = [f"Bericht {step.subject}.", _signed(step, name)]
    if about and "tag in text" in step.marks and about.conversation:
        lines.append(f"Kenmerk: {about.conversation}")
    if about and "quote" in step.marks:
        lines += [
            f"Op 24 november schreef {name} <{step.writer}>:",
            *(f"> {each}" for each in text_of(about.content).splitlines()),
        ]
    message.set_content("\n".join(lines) + "\n")
    if step.signature in ("html", "split"):
        message.add_alternative(_html(step, name), subtype="html")
    if step.signature in ("file", "photo name"):
        message.add_attachment(b"Datum;Wat\n", maintype="text", subtype="csv", filename=f"{name} - {step.writer}.csv")
    if step.signature == "vcard":
        message.add_attachment(
            f"FN:{name}\nEMAIL:{step.writer}".encode(), maintype="text", subtype="vcard", filename="x.vcf"
        )
    if about and "attach" in step.marks:
        message.add_attachment(message_from_bytes(about.content, policy=policy.default))


def _signed(step: Step, name: str) -> str:
    first, _, last = name.partition(" ")
    ways = {
        "plain": f"Groet,\n{name}\n{step.writer}",
        "turned": f"{last}, {first}\n{step.writer.upper()}",
        "encoded": f"http://x.example/?m={step.writer.replace('@', '%40')}\n{first}\u00a0{last}",
    }
    return ways.get(step.signature, "")


def _html(step: Step, name: str) -> str:
    local, _, domain = step.writer.partition("@")
    first, _, last = name.partition(" ")
    if step.signature == "split":
        return f"<p><b>{first}</b> <i>{last[:2]}</i>{last[2:]} {local}<span>@</span>{domain[:3]}<wbr>{domain[3:]}</p>"
    return f'<p>{name} <a href="mailto:{local}%40{domain}" title="{name}">{local}&#64;{domain}</a><!-- {step.writer} --></p>'
