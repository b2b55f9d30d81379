"""File names and types that say by themselves what opening the file would do. Pure.

Invariant: judged by the last ending of the name as Windows, macOS and phones take it: blanks and dots behind it do not count.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Danger(StrEnum):
    """What could happen to who opens the attachment. The value is the end of its reason's name."""

    PROGRAM = "program"  # it runs: programs, scripts, shortcuts, installers
    MACROS = "macros"  # an office document with a program in it
    ARCHIVE = "archive"  # packed so that nobody can see what is inside without unpacking


_ENDINGS = {
    Danger.PROGRAM: """
        exe com scr pif cpl bat cmd msi msp mst msc msix msixbundle appx appxbundle application appref-ms gadget dll ocx
        sys drv vxd reg inf ins isp job scf url lnk website webloc inetloc fileloc desktop library-ms search-ms
        settingcontent-ms theme themepack diagcab diagcfg diagpkg
        js jse mjs vb vbs vbe ws wsf wsh wsc sct hta htc xbap ps1 ps1xml ps2 psc1 psd1 psm1 msh csh ksh zsh sh bash fish
        command tool terminal workflow action scpt scptd applescript py pyc pyo pyw pyz pyzw pl php rb lua tcl
        jar class jnlp war apk aab ipa xpi crx app dmg pkg mpkg deb rpm run bin-sh appimage snap flatpakref
        chm hlp shb shs xll iqy oqy rqy slk one onepkg rdp osd cab grp mde ade adp mad maf mag mam maq mar mas mat mau
        mav maw mda mdt mdw mdz accde accda
    """,
    Danger.MACROS: "docm dotm xlsm xltm xlam xlsb xla xlm pptm potm ppam ppsm ppa sldm",
    Danger.ARCHIVE: "rar r00 7z ace arj lzh lha zpaq zoo tar tgz tbz tbz2 txz gz bz2 xz zst lz z iso img udf vhd vhdx vmdk wim",
}
_BY_ENDING = {ending: danger for danger, endings in _ENDINGS.items() for ending in endings.split()}
_PROGRAM_TYPES = frozenset(
    {
        "application/x-msdownload", "application/x-msdos-program", "application/x-dosexec", "application/x-executable",
        "application/vnd.microsoft.portable-executable", "application/x-ms-installer", "application/x-msi",
        "application/x-ms-shortcut", "application/hta", "application/java-archive", "application/x-java-archive",
        "application/javascript", "application/x-javascript", "text/javascript", "application/ecmascript",
        "application/x-sh", "application/x-bat", "application/x-powershell", "application/vnd.android.package-archive",
    }
)  # fmt: skip


def danger_of_name(name: str) -> Danger | None:
    """What the ending of a file name says."""
    plain = unicodedata.normalize("NFKC", name).strip(" .\t\"'").lower()
    _, dot, ending = plain.rpartition(".")
    return _BY_ENDING.get(ending.strip()) if dot else None


def danger_of_type(media_type: str) -> Danger | None:
    if media_type in _PROGRAM_TYPES:
        return Danger.PROGRAM
    return Danger.MACROS if "macroenabled" in media_type else None
