"""A password comes from where it is kept, and is refused where others could read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from binrelay.config import load_settings
from binrelay.errors import ConfigError
from binrelay.model import Secret
from tests.settings.good import GOOD, lines, load, spoiled, write

SECRET = "{secret: imap-password}"
IN_FILE = spoiled(SECRET, "{file: imap.txt}")
IN_CLEAR = spoiled(SECRET, '"sesame"')


def password(folder: Path, text: str, environ: dict[str, str]) -> str | None:
    secret = load(folder, text, environ).networks[0].imap.password
    return secret.value if secret else None


def test_a_systemd_credential_comes_first(tmp_path: Path) -> None:
    write(tmp_path, "from systemd\n", "imap-password")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "BINRELAY_SECRET_IMAP_PASSWORD": "from the environment"}
    assert password(tmp_path, GOOD, environ) == "from systemd"


def test_the_environment_comes_next(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path), "BINRELAY_SECRET_IMAP_PASSWORD": "from the environment"}
    assert password(tmp_path, GOOD, environ) == "from the environment"


def test_a_file_beside_the_yaml_holds_a_password_and_one_line_end(tmp_path: Path) -> None:
    kept = write(tmp_path, " from a file \n", "imap.txt")
    settings = load(tmp_path, IN_FILE, {})
    assert settings.networks[0].imap.password == Secret(" from a file ")
    assert settings.files == (tmp_path / "binrelay.yaml", kept, tmp_path / "templates")


def test_a_named_variable_holds_a_password(tmp_path: Path) -> None:
    assert password(tmp_path, spoiled(SECRET, "{env: MAIL_PW}"), {"MAIL_PW": "mine"}) == "mine"
    assert "MAIL_PW is not set" in lines(tmp_path, spoiled(SECRET, "{env: MAIL_PW}"), {})[0]


def test_a_missing_secret_names_all_three_ways(tmp_path: Path) -> None:
    (told,) = lines(tmp_path, GOOD, {})
    assert told.startswith('11:7: networks.0.imap.password: there is no secret "imap-password"')
    for way in ("LoadCredential=imap-password:PATH", "BINRELAY_SECRET_IMAP_PASSWORD", "{file: PATH}"):
        assert way in told


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_file_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    write(tmp_path, "sesame", "imap.txt").chmod(mode)
    (told,) = lines(tmp_path, IN_FILE, {})
    assert f"imap.txt can be read by others (mode {mode:o}); chmod 600" in told
    assert "sesame" not in told


@pytest.mark.parametrize(
    ("content", "phrase"),
    [("\n", "is empty"), ("two\nlines\n", "holds a line break"), ("bell\x07", "control character")],
)
def test_a_secret_that_cannot_be_sent_is_refused(tmp_path: Path, content: str, phrase: str) -> None:
    write(tmp_path, content, "imap.txt")
    (told,) = lines(tmp_path, IN_FILE, {})
    assert phrase in told


def test_a_secret_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    assert "imap.txt cannot be read: No such file" in lines(tmp_path, IN_FILE, {})[0]
    write(tmp_path, "", "imap.txt").write_bytes(b"\xff\xfe")
    assert "imap.txt is not UTF-8 text" in lines(tmp_path, IN_FILE, {})[0]


def test_a_password_in_clear_is_accepted_in_a_private_file_only(tmp_path: Path) -> None:
    assert password(tmp_path, IN_CLEAR, {}) == "sesame"
    path = write(tmp_path, IN_CLEAR)
    path.chmod(0o640)
    with pytest.raises(
        ConfigError, match=r":11:17: networks\.0\.imap\.password: holds a password in clear .*chmod 600"
    ):
        load_settings(path, environ={}, resolve_secrets=False)


@pytest.mark.parametrize("store", ["postgresql://bin:sesame@db.example/bin", "postgresql://db/bin?password=sesame"])
def test_a_database_password_in_clear_counts_as_one(tmp_path: Path, store: str) -> None:
    path = write(tmp_path, spoiled("sqlite:////tmp/binrelay.sqlite3", store))
    path.chmod(0o644)
    with pytest.raises(ConfigError, match=r":1:8: store: holds a password in clear"):
        load_settings(path, environ={}, resolve_secrets=False)


def test_without_resolving_nothing_is_looked_up(tmp_path: Path) -> None:
    text = spoiled("port: 2525", "ca_file: own-ca.pem")
    settings = load_settings(write(tmp_path, text), environ={}, resolve_secrets=False)
    assert settings.networks[0].imap.password is None
    assert settings.networks[0].imap.username == "park@bin.example"


def test_no_traceback_shows_a_password(tmp_path: Path) -> None:
    assert "sesame" not in repr(load(tmp_path, IN_CLEAR, {}))
    broken = spoiled(SECRET, '"sesame').replace("sesame\n", 'sesame" "sesame"\n')
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, broken, {})
    assert "sesame" not in f"{refused.value} {refused.value.__cause__}"


OAUTH2 = {f"BINRELAY_SECRET_OAUTH2_{key}": f"kept {key}" for key in ("CLIENT_ID", "CLIENT_SECRET", "REFRESH_TOKEN")}


def test_google_alone_takes_its_secrets_from_the_usual_names(tmp_path: Path) -> None:
    text = spoiled(f"password: {SECRET}", "auth: {oauth2: google}")
    account = load(tmp_path, text, OAUTH2).networks[0].imap
    assert account.password is None
    assert account.oauth2 == {
        "provider": "google",
        "client_id": "kept CLIENT_ID",
        "client_secret": "kept CLIENT_SECRET",
        "refresh_token": "kept REFRESH_TOKEN",
        "token_url": "https://oauth2.googleapis.com/token",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "scope": "https://mail.google.com/",
    }
    assert "kept" not in repr(account)
    assert [line.split(" ")[1] for line in lines(tmp_path, text, {})] == ["networks.0.imap.auth.oauth2:"] * 3


def test_microsoft_without_a_refresh_token_logs_in_as_the_app(tmp_path: Path) -> None:
    mapping = '{provider: microsoft, tenant: bin, client_id: "7e", client_secret: {secret: oauth2-client-secret}}'
    account = load(tmp_path, spoiled(f"password: {SECRET}", f"auth: {{oauth2: {mapping}}}"), OAUTH2).networks[0].imap
    assert account.oauth2 is not None
    assert account.oauth2["token_url"] == "https://login.microsoftonline.com/bin/oauth2/v2.0/token"
    assert account.oauth2["scope"] == "https://outlook.office365.com/.default"
    assert "refresh_token" not in account.oauth2


def test_another_provider_needs_a_token_url(tmp_path: Path) -> None:
    mapping = '{token_url: "https://login.example/token", scope: mail, client_id: "7e"}'
    account = load(tmp_path, spoiled(f"password: {SECRET}", f"auth: {{oauth2: {mapping}}}"), {}).networks[0].imap
    assert account.oauth2 == {"client_id": "7e", "token_url": "https://login.example/token", "scope": "mail"}
