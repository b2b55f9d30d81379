"""Our own samples of mail that is odd and lawful, and of mail that wants to be taken for an officer's."""

from __future__ import annotations

from pathlib import Path

import pytest

from binrelay.mail.address import parse_address
from binrelay.mail.authentication import Evidence, Verdict, judge_signatures, read_evidence
from binrelay.mail.message import Message, read_message
from binrelay.rules.decision import Decision
from binrelay.rules.facts import Circumstances
from binrelay.rules.intake import decide
from tests.corpus_table.judging import facts_of, held_or_stranger, in_the_name_of, is_relayed_whole, relayed

CORPUS = Path(__file__).parents[1] / "corpus"
SERVER = "mx.provider.example"
# The verdict of the network's own provider about the forger's own domain.
HONEST = f"Authentication-Results: {SERVER}; dkim=pass header.d=evil.example; dmarc=pass header.from=evil.example\r\n"


def files(kind: str) -> list[Path]:
    found = sorted((CORPUS / kind).glob("*.eml"))
    assert len(found) > 50
    return found


@pytest.mark.parametrize("path", files("odd"), ids=lambda path: path.stem)
def test_each_part_of_an_odd_mail_reaches_the_neighbours_as_it_came(path: Path) -> None:
    decision, before, after = relayed(read_message(path.read_bytes()))
    assert decision == "bulletin"
    assert before
    assert is_relayed_whole(before, after)


def judged(message: Message, trusted: tuple[str, ...]) -> Decision:
    officer = parse_address("wijk@politie.example")
    assert officer is not None
    network = in_the_name_of((officer,))
    evidence = Evidence(Verdict.UNPROVEN, "no author")
    if message.author:
        evidence = read_evidence(message.header, message.author, trusted=trusted) or judge_signatures(
            (), message.author
        )
    return decide(facts_of(message, network, Circumstances(evidence)), network)


@pytest.mark.parametrize("path", files("forged"), ids=lambda path: path.stem)
@pytest.mark.parametrize("result", ["", HONEST], ids=["without a result", "with the forger's own result"])
def test_whoever_writes_in_an_officers_name_is_held_or_a_stranger(path: Path, result: str) -> None:
    message = read_message(result.encode() + path.read_bytes())
    assert held_or_stranger(judged(message, ()))
    assert held_or_stranger(judged(message, (SERVER,)))
