"""The member list as files: the YAML edited in place, lists of other programs read and written.

    entry     one member as a file tells it
    scalars   how a value is written in YAML
    splice    where an edit goes in the text              pure
    draft     one edit of the configuration, judged before it is written
    replace   the lock, and the file replaced whole
    csv_…     tables of Excel and others, in and out      pure

A room of its own, because `config` only ever reads: nothing that the daemon runs can write the admin's files.
Invariant: every byte of a YAML file that an edit does not mean stays as it is.
"""
