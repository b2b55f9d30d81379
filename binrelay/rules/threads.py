"""What an arrival answers: its marks held against what we remember. Pure.

Invariant: a conversation is matched for its own member and its own partner only; marks that name two match none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from binrelay.mail.address import Address
from binrelay.mail.marks import Marks
from binrelay.mail.tokens import as_meant
from binrelay.model import BulletinRecord, Conversation
from binrelay.records import Known, Recall


@dataclass(frozen=True, slots=True)
class Thread:
    """Every conversation the marks name, strongest marks alone, and the bulletin they point at."""

    named: tuple[Conversation, ...] = ()  # by Message-ID, sub-address or subject tag; distinct
    bulletin: BulletinRecord | None = None  # by Message-ID: the last one pointed at
    subject_bulletin: BulletinRecord | None = None  # by the words of the subject: for members only
    quotes_another: bool = False  # a known tag stands in the text that is not the one named
    quoted: bool = False  # the tag of a known conversation stands in the text
    embedded: bool = False  # a mail of ours, or one that we know, is attached or quoted
    ids_known: bool = False  # In-Reply-To or References hold an id that we know
    begun: tuple[Conversation, ...] = ()  # the author's conversations about bulletins named here
    strange_tag: bool = False  # a bracket of ours in the subject holds a tag that we do not know

    @property
    def known(self) -> bool:
        """It answers one of our mails, whoever wrote it."""
        return bool(self.named) or self.ids_known

    @property
    def answers_notice(self) -> bool:
        """A mail of ours is answered that is about no bulletin and in no conversation."""
        return self.ids_known and not self.named and self.bulletin is None

    @property
    def conflict(self) -> bool:
        """Marks that name two; quoting a third person's conversation would show that person's words to this one."""
        return (
            len(self.named) > 1 or self.quotes_another or (bool(self.named) and (self.strange_tag or self._elsewhere))
        )

    @property
    def _elsewhere(self) -> bool:
        """The conversation is about another bulletin than the one that the mail answers."""
        return self.bulletin is not None and self.named[0].bulletin != self.bulletin.id

    @property
    def _one(self) -> bool:
        return len(self.named) == 1 and not self.conflict

    def conversation_of_partner(self, partner: str | None) -> Conversation | None:
        return self.named[0] if self._one and self.named[0].partner == partner else None

    def conversation_of_member(self, addresses: tuple[Address, ...]) -> Conversation | None:
        return self.named[0] if self._one and self.named[0].member in addresses else None

    def begun_with(self, bulletin: BulletinRecord) -> Conversation | None:
        """The author's conversation about that bulletin, where one exists: one member, one partner, one bulletin."""
        same = (talk for talk in self.begun if talk.bulletin == bulletin.id and talk.partner == bulletin.partner)
        return next(same, None)


def find_thread(marks: Marks, recall: Recall) -> Thread:
    """Holds the marks of an arrival against our memory."""
    pointed = _known(recall, (*marks.references, *marks.in_reply_to))
    tags = {known.conversation for known in pointed if known.conversation}
    tags |= {*marks.address_tags, *marks.subject_tags} & set(recall.tags)
    bulletins = [known.bulletin for known in pointed if known.bulletin and not known.conversation]
    subject = recall.same_subject[0] if len(recall.same_subject) == 1 else None
    return Thread(
        named=tuple(recall.tags[tag] for tag in sorted(tags) if tag in recall.tags),
        bulletin=recall.bulletins.get(bulletins[-1]) if bulletins else None,
        subject_bulletin=recall.bulletins.get(subject) if subject else None,
        quotes_another=any(tag in recall.tags and tag not in tags for tag in marks.text_tags) if tags else False,
        quoted=any(tag in recall.tags for tag in marks.text_tags),
        embedded=marks.embeds_ours or bool(_known(recall, (*marks.embedded_ids, *marks.quotes))),
        ids_known=bool(pointed),
        begun=recall.between,
        strange_tag=any(as_meant(tag) not in recall.tags for tag in marks.subject.tags),
    )


def _known(recall: Recall, ids: Iterable[str]) -> list[Known]:
    return [recall.ids[each] for each in ids if each in recall.ids]


def looks_like_reply(marks: Marks, thread: Thread) -> bool:
    """Whether it may be a private answer; any one mark is enough."""
    headers = marks.points_back and not marks.subject.forward
    tags = marks.subject.marked or bool(marks.address_tags) or bool(thread.named) or thread.quoted
    return marks.subject.reply or headers or tags or marks.thread_index_bytes > 22


def forwards_ours(marks: Marks, thread: Thread) -> bool:
    """Whether it carries one of our mails along: what a member wrote in private may be inside."""
    return thread.embedded or (marks.subject.forward and (marks.subject.ours or thread.known))


def is_follow_up(marks: Marks, thread: Thread, *, recall: Recall, partner: str | None) -> bool:
    """Whether the author continues its own bulletin: it answers its own original, and nothing else can be meant.

    Once a member's reply was passed to that partner, a ticket system that dropped our Message-ID looks the same.
    """
    if thread.named or thread.quoted or thread.embedded or marks.subject.marked or len(marks.in_reply_to) != 1:
        return False
    known = recall.ids.get(marks.in_reply_to[0])
    bulletin = recall.bulletins.get(known.bulletin or "") if known and not known.ours else None
    if bulletin is None or bulletin.original_id != marks.in_reply_to[0]:
        return False
    own = bulletin.partner == partner and not bulletin.replied
    return own and all(each in recall.ids for each in marks.references)
