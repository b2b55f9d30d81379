"""How many automatic answers may go out. Pure.

Invariant: nobody can make us write to somebody again and again, nor to people who never wrote (RFC 3834 2).
"""

from __future__ import annotations

from binrelay.records import Recall

ANSWERS_PER_ADDRESS = 10  # a day; as list managers allow
ANSWERS_SPARE = 50
ANSWERS_TO_STRANGERS = 20  # a day, all together: nobody uses us to send mail to people who never wrote


def may_answer(recall: Recall, *, members: int, stranger: bool) -> bool:
    """Whether one more automatic answer may go out (RFC 3834 2). `members` is how many the network has."""
    if stranger:
        return recall.answered < 1 and recall.answered_strangers < ANSWERS_TO_STRANGERS
    return recall.answered < ANSWERS_PER_ADDRESS and recall.answered_all < 2 * members + ANSWERS_SPARE
