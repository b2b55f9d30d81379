"""The folder of mails: fresh at every run, and nobody else's file is touched."""

from __future__ import annotations

from pathlib import Path

from binrelay.demo.cast import JAN
from binrelay.demo.folder import MailFolder, slug
from tests.demo.good import BULLETIN, REPLY, WORDS


def kept(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.eml"))


def told(folder: Path) -> None:
    mails = MailFolder(folder)
    mails.clear()
    mails.keep(1, BULLETIN, WORDS)
    mails.keep(2, REPLY, WORDS)


def test_every_receiver_has_a_folder_with_names_that_speak(tmp_path: Path) -> None:
    told(tmp_path / "mails")
    names = kept(tmp_path / "mails")
    assert "jan/01-jan-krijgt-bericht.eml" in names
    assert "jan/02-jan-krijgt-bevestiging.eml" in names
    assert "politie/02-politie-krijgt-antwoord-van-lid.eml" in names
    assert "coordinator/01-coordinator-krijgt-wie-zag-een-gele-polo.eml" in names
    bulletin = tmp_path / "mails" / "jan" / "01-jan-krijgt-bericht.eml"
    assert bulletin.read_bytes() == BULLETIN.to(JAN.address)[0]


def test_a_second_demo_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    told(tmp_path)
    mails = MailFolder(tmp_path)
    mails.clear()
    assert not kept(tmp_path)
    assert not [entry for entry in tmp_path.iterdir() if entry.is_dir()]


def test_a_file_of_somebody_else_stays(tmp_path: Path) -> None:
    told(tmp_path)
    mine = tmp_path / "jan" / "keep.eml"
    mine.write_text("mine")
    MailFolder(tmp_path).clear()
    assert kept(tmp_path) == ["jan/keep.eml"]


def test_a_list_that_points_elsewhere_deletes_nothing_there(tmp_path: Path) -> None:
    precious = tmp_path / "other" / "precious.eml"
    precious.parent.mkdir()
    precious.write_text("x")
    folder = tmp_path / "mails"
    folder.mkdir()
    (folder / "link").symlink_to(precious.parent)
    names = ("../other/precious.eml", str(precious), "link/precious.eml")
    (folder / ".binrelay-demo").write_text("\n".join(names))
    MailFolder(folder).clear()
    assert precious.exists()


def test_a_subject_becomes_a_plain_file_name() -> None:
    assert slug("Qui a vu « ça » ? ../../etc/passwd") == "qui-a-vu-ca-etc-passwd"
    assert slug("🚗") == "mail"
