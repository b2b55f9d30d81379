"""Where time and memory go, and what was tried: written by hand when somebody has looked, for docs/benchmarks.md."""

PROFILES = """
### Where the time and the memory go

*10 kB in batches to 10,000.* Half of the time passes until the first recipient has it: the mail is fetched, read, judged and
composed (0.03 s), and 10,000 rows are queued (0.05, and 0.02 until they are on the disk). The rest is mostly the outbox, in
one thread as SQLite wants it: claiming 0.05, putting on record that they leave and what became of them 0.04, and some twenty
commits. Done: rows are made ready column by column, statements are made once; recipients are named by runs of consecutive row
ids and no longer one by one, what a server says of many is one value from its reply to the database, how wide a bulletin went
is counted in the index (together a quarter of the time, and a third of the processor's). Tried: a longer write-ahead log with
fewer checkpoints (no faster: not kept).

*1 MB one each to 1,000.* Reading and judging, which is done once, is a fifth. Of the rest about a third is the kernel's copy
of the megabyte into the socket, which smtp-source has as well; then come the event loop and the replies. Before, each
transaction waited for a commit of its own before its last byte. Done: what a line carries within 20 ms, judged by how long
the last content took, is put on record in one commit (1,000 transactions cost 145 commits in place of 514, half of the
processor's time); all of a content but its end leaves while that is written; the end is not joined to a copy of the last
piece. A slow line asks for each alone, as before: who is on record as leaving when the daemon dies is in doubt. Tried: pieces
of 1 MB (3 to 15 % less, but more memory for each connection: not kept), fewer commits by waiting for others (no faster: not
kept). The mail is dot-stuffed, checked and looked through once, not once for each transaction.

*Memory from 100 to 10,000 members.* What grows is the members at rest: a quarter of a kilobyte each, and about twice as much
of what reading the YAML took and the system cannot have back, for something that stays lies in between. Done: of each member
that was read six values are kept until all are read, and no longer a validated model (a quarter of the room); an address in
lower case is one text and not two; memory is set to go back before the members are read and is collected right after
(together 13 MB became 8); rows that are queued are made ready a thousand at a time. Passing the mail on takes hardly more for
10,000 than for 100: there is one copy of the content, whatever the number of members. Tried: asking the C library to trim its
heap (0.5 MB of 90: not kept).
"""
