"""What goes out, to whom, under which name: read back as a receiver's mail program reads it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from binrelay.model import Delivery, Identity, Member, Network
from binrelay.records import Kind, Known, Mail, Plan, Recall
from tests.rules.good import ANNA, COUNCIL, FATIMA, JAN, NETWORK, PIET, TALK, UNPROVEN, YELLOW_POLO, address
from tests.rules.letters import OFFICER, letter, plan_for

ADDRESSES = [str(each) for member in NETWORK.members for each in member.addresses]
POLO = {"In-Reply-To": f"<{YELLOW_POLO.message_id}>"}
ON_POLO = Recall(
    bulletins={YELLOW_POLO.id: YELLOW_POLO},
    ids={YELLOW_POLO.message_id: Known(ours=True, bulletin="B0000001", conversation=None)},
)
IN_TALK = replace(ON_POLO, tags={TALK.tag: TALK})


def read(mail: Mail) -> EmailMessage:
    return message_from_bytes(mail.content, policy=policy.default)


def only(plan: Plan, kind: Kind) -> Mail:
    found = [mail for mail in plan.mails if mail.kind is kind]
    assert len(found) == 1, plan
    return found[0]


def named_as(mail: Mail) -> str:
    return str(read(mail)["From"].addresses[0].display_name)


def whole_text(mail: Mail) -> str:
    return "".join(part.get_content() for part in read(mail).walk() if part.get_content_maintype() == "text")


def with_member(member: Member) -> Network:
    members = tuple(member if each.address == member.address else each for each in NETWORK.members)
    return replace(NETWORK, members=members, roster={key.key: each for each in members for key in each.addresses})


@pytest.fixture
def bulletin() -> Plan:
    return plan_for(letter(OFFICER, "Gele Polo", "Wie heeft hem gezien?\n"))


def test_a_bulletin_reads_as_from_the_police_and_is_from_the_coordinator(bulletin: Plan) -> None:
    for mail in bulletin.mails:
        message = read(mail)
        assert message["From"].addresses[0].addr_spec == str(NETWORK.address)
        assert message["To"].addresses[0].addr_spec == str(NETWORK.address)
        assert named_as(mail) == "Politie Utrecht-Oost via BIN Wilhelminapark"
        assert mail.reverse_path == NETWORK.address


def test_a_bulletin_says_how_it_is_left_and_that_nobody_posts_to_it(bulletin: Plan) -> None:
    message = read(bulletin.mails[0])
    assert message["List-Id"] == "BIN Wilhelminapark <wilhelminapark.bin-wilhelminapark.example>"
    assert message["List-Unsubscribe"].startswith(f"<mailto:{NETWORK.address}?subject=")
    assert (message["List-Post"], message["Precedence"]) == ("NO", "list")
    assert message["List-Help"]
    assert message["List-Owner"]
    assert message["X-Auto-Response-Suppress"]
    assert message["Auto-Submitted"] is None


def test_each_neighbour_reads_the_footer_in_their_own_language(bulletin: Plan) -> None:
    texts = {mail.recipients: whole_text(mail) for mail in bulletin.mails}
    assert sorted(len(recipients) for recipients in texts) == [1, 2]
    for recipients, text in texts.items():
        assert "0900-8844" in text
        assert "112" in text
        assert ("reply" in text.lower()) is (recipients == (FATIMA.address,))


def test_no_neighbour_stands_in_a_bulletin(bulletin: Plan) -> None:
    for mail in bulletin.mails:
        assert not [each for each in ADDRESSES if each.encode() in mail.content]


def test_a_paused_neighbour_gets_no_bulletin() -> None:
    network = with_member(replace(PIET, paused=True))
    plan = plan_for(letter(OFFICER, "Gele Polo"), network=network)
    assert PIET.address not in [each for mail in plan.mails for each in mail.recipients]


def test_where_it_is_wanted_each_neighbour_has_a_transaction_of_their_own() -> None:
    plan = plan_for(letter(OFFICER, "Gele Polo"), network=replace(NETWORK, delivery=Delivery.INDIVIDUAL))
    assert all(mail.verp for mail in plan.mails)


def test_a_bulletin_of_the_coordinator_is_in_the_networks_own_name() -> None:
    plan = plan_for(letter(f"Anna <{ANNA.address}>", "Buurtfeest"))
    assert (plan.arrival.rule, named_as(plan.mails[0])) == (11, "BIN Wilhelminapark")


# ------------------------------------------------------------------ reply


REPLY = letter(
    "Jan de Vries <jan@mail.example>",
    "Re: [BIN Wilhelminapark] Gele Polo",
    "Gezien!\n\nJan de Vries\njan@mail.example\n",
    fields=POLO,
)


def test_the_police_read_a_pseudonym_and_answer_the_network() -> None:
    mail = only(plan_for(REPLY, recall=ON_POLO, evidence=UNPROVEN), Kind.REPLY)
    message = read(mail)
    assert mail.recipients == (address("wijkagent@politie.example"),)
    assert mail.conversation is not None
    assert named_as(mail) == f"BIN-lid {mail.conversation} via BIN Wilhelminapark"
    assert message["Subject"] == f"[BIN Wilhelminapark {mail.conversation}] Re: Gele Polo"
    assert message["In-Reply-To"] == f"<{YELLOW_POLO.original_id}>"
    assert "de Vries" not in mail.content.decode()
    assert "jan@" not in mail.content.decode()
    assert "Gezien!" in whole_text(mail)


def test_coordinators_get_an_answer_to_their_own_bulletin_each_alone() -> None:
    bert = replace(ANNA, address=address("bert@home.example"))
    network = replace(NETWORK, coordinators=(ANNA, bert))
    own = replace(ON_POLO, bulletins={YELLOW_POLO.id: replace(YELLOW_POLO, partner=None)})
    plan = plan_for(letter(str(JAN.address), "Re: Straatfeest", fields=POLO), network=network, recall=own)
    replies = [mail for mail in plan.mails if mail.kind is Kind.REPLY]
    assert [mail.recipients for mail in replies] == [(ANNA.address,), (bert.address,)]
    assert [str(read(mail)["To"].addresses[0].addr_spec) for mail in replies] == [str(ANNA.address), str(bert.address)]
    assert str(bert.address).encode() not in replies[0].content
    assert len({mail.conversation for mail in replies}) == 1, "whoever answers, answers the same neighbour"


def test_the_neighbour_hears_once_what_was_passed_on_and_to_whom() -> None:
    mail = only(plan_for(REPLY, recall=ON_POLO, evidence=UNPROVEN), Kind.ACKNOWLEDGEMENT)
    message = read(mail)
    assert mail.recipients == (JAN.address,)
    assert mail.reverse_path is None
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["In-Reply-To"] == "<this@mail.example>"
    assert "Politie" in whole_text(mail)
    assert "0900-8844" in whole_text(mail)


def test_the_second_reply_of_a_day_is_passed_on_without_another_word_of_thanks() -> None:
    thanked = replace(TALK, acknowledged_at=1_000_000.0)
    recall = replace(ON_POLO, between=(thanked,))
    plan = plan_for(REPLY, recall=recall, evidence=UNPROVEN)
    assert [mail.kind for mail in plan.mails] == [Kind.REPLY]
    assert plan.mails[0].conversation == TALK.tag


def test_who_agreed_to_be_named_is_named() -> None:
    network = with_member(replace(JAN, identity=Identity.NAMED))
    mail = only(plan_for(REPLY, recall=ON_POLO, evidence=UNPROVEN, network=network), Kind.REPLY)
    assert named_as(mail) == "Jan de Vries via BIN Wilhelminapark"
    assert read(mail)["From"].addresses[0].addr_spec == str(NETWORK.address)
    assert "jan@mail.example" in whole_text(mail)


@pytest.mark.parametrize(
    "shown", ["Jan W. de Vries-Bakker", '"Vries-Bakker, Jan W. de"', "=?utf-8?q?Jan_W=2E_de_Vries-Bakker?="]
)
def test_a_neighbour_without_a_name_on_the_list_does_not_sign_with_the_one_in_the_mail(shown: str) -> None:
    network = with_member(replace(JAN, name=None))
    text = "Gezien!\n\nGroet, Jan W. de Vries-Bakker\n"
    content = letter(f"{shown} <jan@mail.example>", "Re: Gele Polo van Jan W. de Vries-Bakker", text, fields=POLO)
    mail = only(plan_for(content, recall=ON_POLO, evidence=UNPROVEN, network=network), Kind.REPLY)
    assert "Bakker" not in whole_text(mail) + str(read(mail)["Subject"])
    assert "Gezien!" in whole_text(mail)


@pytest.mark.parametrize("shown", ["Polo", "Politie Utrecht-Oost", "info@wijk.example", "BIN Wilhelminapark"])
def test_what_may_be_any_word_or_somebody_else_stays_in_the_text(shown: str) -> None:
    text = f"Ik schreef over de {shown} in de straat.\n"
    content = letter(f'"{shown}" <jan@mail.example>', "Re: Gele Polo", text, fields=POLO)
    mail = only(plan_for(content, recall=ON_POLO, evidence=UNPROVEN), Kind.REPLY)
    assert shown in whole_text(mail)


def test_a_neighbour_named_by_another_keeps_the_mail_at_home() -> None:
    content = REPLY.replace(b"Gezien!", b"Vraag piet@work.example")
    plan = plan_for(content, recall=ON_POLO, evidence=UNPROVEN)
    assert (plan.arrival.decision, plan.arrival.why, plan.mails) == ("hold", "names-a-member", ())


def test_the_sub_address_brings_the_answer_home_where_the_provider_allows_it() -> None:
    network = replace(NETWORK, subaddress="+")
    mail = only(plan_for(REPLY, recall=ON_POLO, evidence=UNPROVEN, network=network), Kind.REPLY)
    assert (
        read(mail)["Reply-To"].addresses[0].addr_spec == f"coordinator+{mail.conversation}@bin-wilhelminapark.example"
    )


def test_the_sub_address_alone_finds_the_conversation() -> None:
    network = replace(NETWORK, subaddress="+")
    content = letter(OFFICER, "Uw melding").replace(b"To: coordinator@", b"To: coordinator+k7q4m2x9@")
    assert only(plan_for(content, recall=IN_TALK, network=network), Kind.ANSWER).recipients == (JAN.address,)


# ------------------------------------------------------------------ report


def test_a_report_goes_to_each_authority_in_a_conversation_of_its_own() -> None:
    network = replace(NETWORK, reports_to=("politie", "gemeente"))
    plan = plan_for(letter("jan@mail.example", "Lantaarn stuk"), evidence=UNPROVEN, network=network)
    reports = [mail for mail in plan.mails if mail.kind is Kind.REPORT]
    assert {str(mail.recipients[0]) for mail in reports} == {"wijkagent@politie.example", str(COUNCIL.replies_to[0])}
    assert len({mail.conversation for mail in reports}) == 2
    thanks = only(plan, Kind.ACKNOWLEDGEMENT)
    assert "Politie" in whole_text(thanks)
    assert "Gemeente" in whole_text(thanks)


def test_what_a_neighbour_adds_by_answering_that_word_reaches_each_authority_too() -> None:
    network = replace(NETWORK, reports_to=("politie", "gemeente"))
    thanks = only(plan_for(letter("jan@mail.example", "Lantaarn stuk"), network=network), Kind.ACKNOWLEDGEMENT)
    known = {thanks.message_id: Known(ours=True, bulletin=thanks.bulletin, conversation=thanks.conversation)}
    more = letter(
        "jan@mail.example", f"Re: {read(thanks)['Subject']}", fields={"In-Reply-To": f"<{thanks.message_id}>"}
    )
    plan = plan_for(more, recall=Recall(ids=known), network=network)
    assert {str(mail.recipients[0]) for mail in plan.mails if mail.kind is Kind.REPORT} == {
        "wijkagent@politie.example",
        str(COUNCIL.replies_to[0]),
    }


# ------------------------------------------------------------------ answer


def test_an_answer_reads_as_from_the_police_and_threads_with_the_neighbours_own_mail() -> None:
    content = letter(OFFICER, "RE: [BIN Wilhelminapark K7Q4M2X9] Re: Gele Polo", "Dank u.\n")
    plan = plan_for(content, recall=IN_TALK)
    mail = only(plan, Kind.ANSWER)
    message = read(mail)
    assert mail.recipients == (JAN.address,)
    assert message["In-Reply-To"] == f"<{TALK.last_id}>"
    assert message["Subject"] == "[BIN Wilhelminapark K7Q4M2X9] Re: Gele Polo"
    assert len(plan.mails) == 1


def test_an_answer_copied_to_others_still_reaches_that_neighbour_alone() -> None:
    fields = {"Cc": "collega@politie.example, piet@mail.example"}
    content = letter(OFFICER, "RE: [BIN Wilhelminapark K7Q4M2X9] Gele Polo", fields=fields)
    assert only(plan_for(content, recall=IN_TALK), Kind.ANSWER).recipients == (JAN.address,)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_one_of_each_field_that_must_be_there(kind: Kind) -> None:
    plans = [
        plan_for(letter(OFFICER, "Gele Polo")),
        plan_for(REPLY, recall=ON_POLO, evidence=UNPROVEN),
        plan_for(letter("jan@mail.example", "Lantaarn"), evidence=UNPROVEN),
        plan_for(letter(OFFICER, "RE: [BIN Wilhelminapark K7Q4M2X9] x"), recall=IN_TALK),
    ]
    mails = [mail for plan in plans for mail in plan.mails if mail.kind is kind]
    for mail in mails:
        message = read(mail)
        assert [len(message.get_all(name, [])) for name in ("From", "To", "Date", "Message-ID", "Subject")] == [1] * 5
        assert not [name for name in ("Cc", "Bcc", "Sender", "Received", "Return-Path", "X-Mailer") if name in message]
        assert message["Date"].endswith("+0000")
    assert mails or kind is Kind.NOTICE
