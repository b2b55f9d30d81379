"""Where a first configuration, its password and its store go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from binrelay.config.yaml_file import Yaml

CREDENTIALS = Path("/etc/credstore")  # where systemd looks for LoadCredential=NAME
_SYSTEM = Path("/etc")
_SYSTEM_STORE = "sqlite:///var/lib/binrelay/binrelay.sqlite3"


@dataclass(frozen=True, slots=True)
class Places:
    yaml: Path
    passwords: Path  # a folder
    store: str

    def file(self, name: str) -> Path:
        return self.passwords / name

    def told(self, name: str) -> Yaml:
        """As the YAML says it. The daemon has no name of its own there, so that only systemd can hand it the file."""
        if self.passwords == CREDENTIALS:
            return {"secret": name}
        here = self.passwords == self.yaml.parent
        return {"file": name if here else str(self.passwords / name)}

    def password_name(self, server: str) -> str:
        """One file for both servers, so that a new password is typed once; the service's unit hands out two."""
        return f"{server}-password" if self.passwords == CREDENTIALS else "mail-password"

    @property
    def password_files(self) -> tuple[Path, ...]:
        names = dict.fromkeys(self.password_name(server) for server in ("imap", "smtp"))
        return tuple(self.file(name) for name in names)

    def make_folders(self) -> None:
        self.yaml.parent.mkdir(parents=True, exist_ok=True)
        self.passwords.mkdir(mode=0o700, parents=True, exist_ok=True)


def places_for(yaml: Path, passwords: Path | None) -> Places:
    """A configuration under /etc is the service's; any other keeps everything beside it."""
    yaml = yaml.absolute()
    system = yaml.is_relative_to(_SYSTEM)
    folder = passwords.absolute() if passwords else CREDENTIALS if system else yaml.parent
    return Places(yaml, folder, _SYSTEM_STORE if system else f"sqlite://{yaml.parent}/binrelay.sqlite3")
