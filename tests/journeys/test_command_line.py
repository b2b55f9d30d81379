"""What an admin types, what it prints, and the code it ends with (sysexits.h)."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from binrelay.transport.system import status_path, write_status
from tests.journeys.neighbourhood import MEMBERS, OFFICER, ROOT, Neighbourhood, mail, until

JAN = MEMBERS[0]


def test_a_good_configuration_is_in_order_and_both_servers_answer(hood: Neighbourhood) -> None:
    hood.configure()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    told = hood.command("check", "--connect")
    assert told.returncode == 0, told.stderr
    assert "1 network, 4 members: in order" in told.stdout
    assert "mx.provider.example (1 of 1)" in told.stdout
    assert "BIN/Vrijgeven" in told.stdout
    assert "IDLE yes" in told.stdout
    with hood.box() as program:
        assert "BIN/Wacht" in program.folders()


def test_who_judges_the_mail_is_found_also_after_the_daemon_took_that_mail_out_of_the_inbox(
    hood: Neighbourhood,
) -> None:
    hood.configure()
    hood.config.write_text(hood.config.read_text().replace("[mx.provider.example]", "[]"))
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    hood.wait_for_folder("BIN/Wacht")
    told = hood.command("check", "--connect")
    assert "if that is your provider's server, pin it: trusted_authserv_ids: [mx.provider.example]" in told.stdout


def test_explain_names_the_server_whose_verdict_is_not_believed(hood: Neighbourhood) -> None:
    hood.configure()
    named = hood.config.read_text()
    hood.config.write_text(named.replace("[mx.provider.example]", "[]"))
    (file := hood.folder / "mail.eml").write_bytes(mail(OFFICER, "Gele Polo", "Wie?\n"))
    hint = (
        "judged by mx.provider.example; if that is your provider's server: trusted_authserv_ids: [mx.provider.example]"
    )
    assert hint in hood.command("explain", str(file)).stdout
    hood.config.write_text(named)
    assert "judged by" not in hood.command("explain", str(file)).stdout


def test_a_server_that_does_not_answer_is_a_temporary_failure(hood: Neighbourhood) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        hood.smtp_port = taken.getsockname()[1]
    hood.configure()
    told = hood.command("check", "--connect")
    assert told.returncode == 75
    assert f"smtp 127.0.0.1:{hood.smtp_port}" in told.stderr


@pytest.mark.parametrize("command", [("check",), ("run",), ("held", "list"), ("status",)])
def test_a_mistake_in_the_yaml_is_told_by_line_and_column(hood: Neighbourhood, command: tuple[str, ...]) -> None:
    hood.configure()
    hood.config.write_text(hood.config.read_text().replace("senders:", "sendrs:", 1))
    told = hood.command(*command)
    assert told.returncode == 78
    assert f'{hood.config}:16:9: networks.0.partners.0.sendrs: unknown key; did you mean "senders"?' in told.stderr


def test_a_command_that_does_not_exist_is_a_mistake_of_usage(hood: Neighbourhood) -> None:
    assert hood.command("chek").returncode == 64


def test_explain_says_for_each_file_what_would_happen_and_sends_nothing(hood: Neighbourhood) -> None:
    hood.configure()
    files = []
    for number, content in enumerate(
        [
            mail(OFFICER, "Gele Polo", "Wie?\n"),
            mail(OFFICER, "Re: uw melding", "Dag.\n"),
            mail(JAN, "Lantaarn", "Stuk.\n", proven=False),
            mail("x@y.example", "Verjaardag", "Kom je?\n", proven=False),
        ]
    ):
        files.append(hood.folder / f"{number}.eml")
        files[-1].write_bytes(content)
    told = hood.command("explain", "--json", *map(str, files))
    lines = [json.loads(line) for line in told.stdout.splitlines()]
    assert [(line["decision"], line["rule"]) for line in lines] == [
        ("bulletin", 10),
        ("hold", 8),
        ("report", 15),
        ("leave", 18),
    ]
    assert [line["recipients"] for line in lines] == [4, 0, 1, 0]
    assert [line["to"] for line in lines] == [[], [], [OFFICER], []]
    assert lines[0]["partner"] == "politie"
    assert lines[0]["authenticated"] is True
    assert [line["file"] for line in lines] == [str(file) for file in files]
    assert not hood.provider.deliveries


def test_explain_goes_on_behind_a_file_that_is_not_there(hood: Neighbourhood) -> None:
    hood.configure()
    good = hood.folder / "good.eml"
    good.write_bytes(mail(OFFICER, "Gele Polo", "Wie?\n"))
    told = hood.command("explain", "--json", "/nowhere.eml", str(good))
    assert told.returncode == 66
    assert json.loads(told.stdout)["decision"] == "bulletin"
    assert "/nowhere.eml" in told.stderr


def test_explain_with_the_store_knows_the_conversation(hood: Neighbourhood) -> None:
    hood.start()
    hood.arrives(mail(JAN, "Lantaarn", "Stuk.\n", proven=False))
    report = hood.wait_for_mail_to(OFFICER)
    file = hood.folder / "answer.eml"
    file.write_bytes(mail(OFFICER, f"RE: {report['Subject']}", "Dank u.\n"))
    remembered = json.loads(hood.command("explain", "--json", "--store", str(file)).stdout)
    assert (remembered["decision"], remembered["rule"], remembered["to"]) == ("answer", 7, [JAN])
    alone = json.loads(hood.command("explain", "--json", str(file)).stdout)
    assert (alone["decision"], alone["rule"]) == ("hold", 8)


def test_two_daemons_on_one_store_are_one_too_many(hood: Neighbourhood) -> None:
    hood.start()
    second = hood.command("run")
    assert second.returncode == 75
    assert "another daemon" in second.stderr


def test_status_says_when_the_provider_takes_nothing(hood: Neighbourhood) -> None:
    hood.configure(retry="{first: 30s, longest: 30s}")
    hood.provider.fail_next("MAIL", "451 4.3.0 try later")
    hood.start()
    hood.arrives(mail(OFFICER, "Gele Polo", "Wie?\n"))
    until(lambda: hood.status()["networks"][0]["deferred"] == len(MEMBERS), "the bulletin waits")
    told = hood.command("status", "--json")
    assert told.returncode == 75
    assert json.loads(told.stdout)["ok"] is False
    assert "Gele Polo" not in hood.command("queue").stdout


def test_status_says_that_a_full_disk_is_no_matter_of_the_mailbox(hood: Neighbourhood) -> None:
    hood.configure()
    row = {**dict.fromkeys(("held", "queued", "deferred", "members", "paused", "left_alone"), 0), "last_seen": None}
    network = {**row, "id": "wilhelminapark", "mailbox": "down", "trouble": "StoreError"}
    config = {"loaded": None, "error": None}
    folder = hood.folder / "state"
    folder.mkdir(exist_ok=True)
    write_status(
        status_path(folder / "binrelay.sqlite3"),
        {"ok": False, "pid": os.getpid(), "written": time.time(), "networks": [network], "config": config},
    )
    told = hood.command("status")
    assert (told.returncode, "often for a full disk" in told.stdout) == (75, True)
    assert "check --connect" not in told.stdout


def test_status_finds_a_store_whose_folder_has_a_space_also_when_an_edit_broke_the_file(hood: Neighbourhood) -> None:
    folder = hood.folder / "BIN net"
    folder.mkdir()
    write_status(
        status_path(folder / "b.sqlite3"),
        {"ok": True, "pid": os.getpid(), "written": time.time(), "networks": [], "config": {"error": None}},
    )
    hood.configure()
    good = hood.config.read_text().replace(f"{hood.folder}/state/binrelay", f"{folder}/b")
    hood.config.write_text(good)
    assert hood.command("status", "--json").returncode == 0
    hood.config.write_text(f"{good}nonsense: true\n")
    assert hood.command("status", "--json").returncode == 75


@pytest.mark.parametrize("more", [(), ("-c", "anything.yaml")])
def test_the_schema_is_printed_for_editors(more: tuple[str, ...]) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "binrelay", "schema", *more], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(told.stdout)["properties"]["networks"]
