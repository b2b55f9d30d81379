"""The daemon's word of itself survives a full disk, and a full disk does not end the daemon."""

from __future__ import annotations

from pathlib import Path

from binrelay.transport.system import StatusFile, read_status, status_path, write_status
from tests.workers.fakes import Journal

DATABASE = "binrelay.sqlite3"


async def test_a_disk_without_room_is_told_once_and_so_is_the_next_one(tmp_path: Path) -> None:
    folder, journal = tmp_path / "gone", Journal()
    file = StatusFile(status_path(folder / DATABASE), journal)
    for _ in range(3):
        await file.write({"ok": True})
    assert [name for name, _ in journal.events] == ["status-unwritten"]
    folder.mkdir()
    await file.write({"ok": True})
    assert read_status(status_path(folder / DATABASE)) == {"ok": True}
    file.forget()
    folder.rmdir()
    await file.write({"ok": False})
    assert [name for name, _ in journal.events] == ["status-unwritten", "status-unwritten"]


def test_without_room_for_two_the_new_word_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = status_path(tmp_path / DATABASE)
    write_status(path, {"ok": True})
    Path(f"{path}.new").symlink_to("/dev/full")
    write_status(path, {"ok": False})
    assert read_status(path) == {"ok": False}
