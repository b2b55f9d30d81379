"""What must have come of each mail. Pure; delivered mails are read with the standard library, not with our own code.

Invariant: an expectation says what was seen where it does not hold; nothing here knows what the daemon meant to do.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from binrelay.demo.cast import (
    ANNA,
    COORDINATOR,
    COUNCIL_NAME,
    FATIMA,
    JAN,
    NEIGHBOURS,
    NETWORK,
    POLICE,
    Person,
    person_at,
)
from binrelay.demo.letters import read, text_of
from binrelay.demo.picture import yellow_polo
from binrelay.demo.scene import MEMBERS, Scene
from binrelay.demo.stories import Words
from binrelay.model import Folders

_TAG = re.compile(rf"\[{NETWORK} ([0-9A-Z]{{8}})\]")
EMERGENCY = ("112", "0900-8844")


@dataclass(frozen=True, slots=True)
class Expectation:
    sentence: str
    held: bool
    seen: str = ""  # where it does not hold


def bulletin(scene: Scene, words: Words, folders: Folders) -> tuple[Expectation, ...]:
    says, mails = words.claims, _mails(scene)
    pictures = {part.get_content() == yellow_polo() for mail in mails for part in mail.walk() if _is_png(part)}
    html_kept = all("<p>" in _html_of(mail) for mail in mails)
    emergency = {number for number in EMERGENCY if all(number in text_of(mail) for mail in mails)}
    return (
        equal(says.bulletin_all.format(count=len(MEMBERS)), _what(scene), ("bulletin", tuple(sorted(MEMBERS)))),
        nothing(says.bulletin_hidden, exposed(scene)),
        equal(says.bulletin_from, {mail["From"].addresses[0].addr_spec for mail in mails}, {COORDINATOR.address}),
        equal(says.bulletin_picture, (pictures, html_kept), ({True}, True)),
        equal(says.bulletin_emergency, emergency, set(EMERGENCY)),
        filed(says.filed, scene, f"{folders.root}/{folders.done}"),
    )


def reply(scene: Scene, words: Words) -> tuple[Expectation, ...]:
    says = words.claims
    return (
        equal(says.reply_police, _to_others(scene, JAN), ("reply", (POLICE.address,))),
        nothing(says.reply_hidden, named(scene.to(POLICE.address), JAN)),
        equal(says.reply_tag, len(_tags(scene)), 1),
        contains(says.reply_words, scene.to(POLICE.address), words.saw.splitlines()[0]),
        equal(says.reply_thanks, _thanked(scene, JAN), (("auto-replied", ""),)),
    )


def answer(scene: Scene, words: Words) -> tuple[Expectation, ...]:
    says = words.claims
    return (
        equal(says.answer_one, _what(scene), ("answer", (JAN.address,))),
        contains(says.answer_words, scene.to(JAN.address), words.thanks.splitlines()[0]),
    )


def away(scene: Scene, words: Words, folders: Folders) -> tuple[Expectation, ...]:
    says = words.claims
    return (
        equal(says.away_nobody, _what(scene), ("ignore", ())),
        filed(says.filed, scene, f"{folders.root}/{folders.done}"),
    )


def forged(scene: Scene, words: Words, folders: Folders) -> tuple[Expectation, ...]:
    says = words.claims
    return (
        filed(says.forged_waits, scene, f"{folders.root}/{folders.held}"),
        equal(says.forged_notice, _what(scene), ("hold", (ANNA.address,))),
        nothing(says.forged_words, {words.lure for mail in scene.to(ANNA.address) if words.lure in _readable(mail)}),
    )


def council(waited: Scene, dragged: Scene, *, words: Words, folders: Folders) -> tuple[Expectation, ...]:
    says = words.claims
    names = {mail["From"].addresses[0].display_name.startswith(COUNCIL_NAME) for mail in _mails(dragged)}
    return (
        equal(says.council_waits, _what(waited), ("hold", (ANNA.address,))),
        equal(says.council_all.format(count=len(MEMBERS)), dragged.recipients, tuple(sorted(MEMBERS))),
        equal(says.council_from, names, {True}),
        filed(says.filed, dragged, f"{folders.root}/{folders.done}"),
    )


def news(scene: Scene, words: Words, *, earlier: Scene) -> tuple[Expectation, ...]:
    """`earlier`: Jan's reply, whose tag must be another one."""
    says = words.claims
    return (
        equal(says.news_police, _to_others(scene, FATIMA), ("report", (POLICE.address,))),
        nothing(says.news_hidden, named(scene.to(POLICE.address), FATIMA)),
        equal(says.news_tag, len(_tags(scene) | _tags(earlier)), 2),
        equal(says.news_thanks, _thanked(scene, FATIMA), (("auto-replied", ""),)),
    )


def whole(scenes: Sequence[Scene], words: Words, *, lying: tuple[int, int], well: bool) -> tuple[Expectation, ...]:
    """Over all scenes. `lying`: how many mails lie in INBOX and among the held ones; `well`: what the daemon says."""
    says = words.claims
    deliveries = [each for scene in scenes for each in scene.deliveries]
    copies = [(str(read(each.content)["Message-ID"]), to) for each in deliveries for to in each.recipients]
    twice = {to for (_, to), number in Counter(copies).items() if number > 1}
    mails = len({message_id for message_id, _ in copies})
    return (
        nothing(says.end_once.format(mails=mails, copies=len(copies)), twice),
        nothing(says.end_hidden, {name for scene in scenes for name in exposed(scene)}),
        equal(says.end_inbox, lying, (0, 1)),
        equal(says.end_well, well, True),
    )


# ------------------------------------------------------------ what is seen


def exposed(scene: Scene) -> set[str]:
    """Names and addresses of members that stand in a mail to anybody else."""
    found: set[str] = set()
    for each in scene.deliveries:
        own = {person for person in map(person_at, each.recipients) if person} if len(each.recipients) == 1 else set()
        found |= {name for person in NEIGHBOURS if person not in own for name in named((each.content,), person)}
    return found


def named(contents: Iterable[bytes], person: Person) -> set[str]:
    """Which of a person's addresses and name can be read in these mails, in whatever encoding."""
    texts = [_readable(content).casefold() for content in contents]
    return {word for word in (*person.addresses, person.name) if any(word.casefold() in text for text in texts)}


def _readable(content: bytes) -> str:
    """Everything in the mail that a curious person could decode."""
    message = read(content)
    texts = [content.decode("latin-1"), *(str(value) for value in message.values())]
    for part in message.walk():
        texts += [str(value) for value in part.values()]
        body = part.get_payload(decode=True)
        texts.append(body.decode("utf-8", "replace") if isinstance(body, bytes) else "")
    return "\n".join((*texts, *map(html.unescape, texts)))


def _mails(scene: Scene) -> list[EmailMessage]:
    return [read(each.content) for each in scene.deliveries]


def _is_png(part: object) -> bool:
    return isinstance(part, EmailMessage) and part.get_content_type() == "image/png"


def _html_of(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    return str(body.get_content()) if body else ""


def _tags(scene: Scene) -> set[str]:
    """The conversations' tags the police see: in From and in the subject, the same in both."""
    mails = [read(content) for content in scene.to(POLICE.address)]
    found = {(mail["From"].addresses[0].display_name, tag) for mail in mails for tag in _TAG.findall(mail["Subject"])}
    return {tag for name, tag in found if tag in name}


def _what(scene: Scene) -> tuple[str, tuple[str, ...]]:
    return scene.record.decision, scene.recipients


def _to_others(scene: Scene, author: Person) -> tuple[str, tuple[str, ...]]:
    """The decision, and who got something except its author."""
    return scene.record.decision, tuple(to for to in scene.recipients if to != author.address)


def _thanked(scene: Scene, author: Person) -> tuple[tuple[str, str], ...]:
    """Of each mail to the author: what it says of itself, and its reverse-path."""
    own = [each for each in scene.deliveries if each.recipients == (author.address,)]
    return tuple((str(read(each.content)["Auto-Submitted"]), each.reverse_path) for each in own)


# ------------------------------------------------------------ what was expected


def equal(sentence: str, seen: object, wanted: object) -> Expectation:
    return Expectation(sentence, seen == wanted, _shown(seen))


def nothing(sentence: str, seen: set[str]) -> Expectation:
    return Expectation(sentence, not seen, ", ".join(sorted(seen)))


def contains(sentence: str, contents: Sequence[bytes], wanted: str) -> Expectation:
    texts = [text_of(read(content)) for content in contents]
    return Expectation(sentence, bool(texts) and all(wanted in text for text in texts), _shown(texts))


def filed(sentence: str, scene: Scene, folder: str) -> Expectation:
    return Expectation(sentence.format(folder=folder), scene.folders == (folder,), _shown(scene.folders))


def _shown(value: object) -> str:
    return str(value)[:300]
