"""`preview` shows every mail that can be sent: nobody should learn from a neighbour what binrelay writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from binrelay.cli import app
from binrelay.cli.preview_mails import Recorder, every_mail, sample_network
from binrelay.cli.preview_page import read, write_pages
from binrelay.model import Language
from binrelay.rules.exposure import names_a_member
from binrelay.templates import load_phrases
from binrelay.templates.samples import SAMPLES

PHRASES = load_phrases()
PARTS_OF_OTHERS = ("why-", "release-", "kind-", "refused-", "breaker-", "moment", "weekdays", "months", "paused-")
each_language = pytest.mark.parametrize("language", Language)


def run(*arguments: str, folder: Path) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        result = CliRunner().invoke(app, ["preview", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@each_language
def test_every_text_stands_in_a_mail_that_is_shown(language: Language) -> None:
    recorder = Recorder(PHRASES)
    shown = {each.name for each in every_mail(sample_network(language), recorder)}
    whole = [name for name in SAMPLES if not name.startswith(PARTS_OF_OTHERS)]
    assert [name for name in whole if name not in recorder.used and name not in shown] == []


@each_language
def test_each_mail_has_a_name_of_its_own_and_keeps_the_promise(language: Language) -> None:
    network = sample_network(language)
    mails = list(every_mail(network, PHRASES))
    assert len({each.name for each in mails}) == len(mails)
    assert not [each.name for each in mails if names_a_member(each.mail, network)]


def test_the_pages_show_each_mail_and_fetch_nothing(tmp_path: Path) -> None:
    pages = [read(each, "nl") for each in every_mail(sample_network(Language.NL), PHRASES)]
    index = write_pages(tmp_path, pages).read_text()
    for page in pages:
        content = (tmp_path / page.file).read_text()
        assert f'href="{page.file}"' in index
        assert "http" not in content
        assert "<pre>" in content or "<iframe sandbox" in content


def test_one_mail_in_one_language_is_printed(tmp_path: Path) -> None:
    text = run("answer", "--language", "fr", folder=tmp_path)
    assert "Subject: [BIN Wilhelminapark K7Q4M2X9] Re: Polo jaune" in text
    assert "Ce message est pour vous seul." in text
    assert text.count("Subject: ") == 1


def test_without_a_configuration_every_mail_is_printed_in_dutch(tmp_path: Path) -> None:
    text = run(folder=tmp_path)
    assert text.count("Subject: ") == len(list(every_mail(sample_network(Language.NL), PHRASES)))
    assert "Telt elke seconde? Bel 112." in text


def test_the_admins_own_texts_and_numbers_are_shown(tmp_path: Path) -> None:
    (tmp_path / "templates" / "nl").mkdir(parents=True)
    (tmp_path / "templates" / "nl" / "phrases.toml").write_text('via = "{{ name }} / {{ network }}"\n')
    (tmp_path / "binrelay.yaml").write_text(
        """\
networks:
  - id: park
    name: BIN Park
    address: park@bin.example
    telephone: {urgent: 101, other: 02 123 45 67}
    coordinators: [anna@home.example]
    imap: {host: localhost, security: none}
    smtp: {host: localhost, security: none}
    partners: [{id: politie, name: Politie, senders: [a@politie.example], replies_to: [a@politie.example]}]
    reports_to: [politie]
"""
    )
    text = run("bulletin", "-c", "binrelay.yaml", folder=tmp_path)
    assert "From: Politie Utrecht-Oost / BIN Park <park@bin.example>" in text
    assert "Bel 101." in text
    assert "02 123 45 67" in text


def test_an_unknown_name_is_told_with_the_ones_there_are(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["preview", "buletin"])
    assert result.exit_code == 64
    assert 'did you mean "bulletin"?' in result.stderr
