"""Writing the admin's file: whole or not at all, by one at a time, and never over somebody else's work."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from binrelay.roster import replace as writing
from binrelay.roster.draft import drafting
from binrelay.roster.entry import Entry
from binrelay.roster.replace import CannotWrite, replace
from tests.roster.test_edits import address
from tests.settings.good import GOOD, write


def add(path: Path, text: str) -> None:
    with drafting(path, {}) as draft:
        draft.add("park", [Entry(address(text))])
        draft.write()


@pytest.mark.parametrize("mode", [0o600, 0o640])
def test_mode_and_owner_stay(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path, GOOD)
    path.chmod(mode)
    owner = (1234, 4321) if os.geteuid() == 0 else (os.geteuid(), os.getegid())
    os.chown(path, *owner)
    add(path, "kim@x.example")
    after = path.stat()
    assert (stat.S_IMODE(after.st_mode), after.st_uid, after.st_gid) == (mode, *owner)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Kubernetes and stow keep the file elsewhere."""
    (tmp_path / "kept").mkdir()
    target = write(tmp_path / "kept", GOOD, "park.yaml")
    (tmp_path / "data").symlink_to("kept")
    link = tmp_path / "binrelay.yaml"
    link.symlink_to("data/park.yaml")
    add(link, "kim@x.example")
    assert link.readlink() == Path("data/park.yaml")
    assert "kim@x.example" in target.read_text()
    assert sorted(path.name for path in target.parent.iterdir()) == ["park.yaml"]


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / "binrelay.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    path.chmod(0o600)
    add(path, "kim@x.example")
    assert path.read_bytes().startswith(b"\xef\xbb\xbfstore:")
    assert path.read_bytes().count(b"\xef\xbb\xbf") == 1


def test_what_an_editor_saved_in_between_is_not_overwritten(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    edited = GOOD.replace("BIN Park", "BIN Parkzicht")
    with drafting(path, {}) as draft:
        draft.add("park", [Entry(address("kim@x.example"))])
        write(tmp_path, edited)
        with pytest.raises(CannotWrite, match="in the meantime"):
            draft.write()
    assert path.read_text() == edited
    assert [each.name for each in tmp_path.iterdir()] == ["binrelay.yaml"]


def test_two_commands_at_once_both_count(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    threads = [threading.Thread(target=add, args=(path, f"m{number}@x.example")) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(f"- m{number}@x.example\n" in path.read_text() for number in range(6))


def test_a_command_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PATIENCE", 0.1)
    path = write(tmp_path, GOOD)
    with drafting(path, {}), pytest.raises(CannotWrite, match="another command"):
        add(path, "kim@x.example")


def test_a_write_that_fails_leaves_the_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, GOOD)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left on device"):
        add(path, "kim@x.example")
    assert path.read_text() == GOOD
    assert [each.name for each in tmp_path.iterdir()] == ["binrelay.yaml"]


def test_a_new_file_is_private_and_takes_nobodys_place(tmp_path: Path) -> None:
    path = tmp_path / "park-members.yaml"
    replace(path, "- jan@mail.example\n", known=None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(CannotWrite):
        replace(path, "- els@mail.example\n", known=None)
    assert path.read_text() == "- jan@mail.example\n"
