"""Own DKIM verification: real keys, real signatures, and DNS from a table."""

from __future__ import annotations

import base64
import time

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from binrelay.errors import TemporaryError
from binrelay.mail.address import parse_address
from binrelay.mail.authentication import SignatureResult, Verdict, judge_signatures
from binrelay.transport.dkim import DkimVerifier
from binrelay.transport.dns import Records, TxtAnswer, resolve_txt

MAIL = (
    b"From: Wijkagent <oost@politie.example>\r\nTo: bin@bin.example\r\nSubject: Gele Polo gezocht\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <a1@politie.example>\r\n\r\nKijkt u mee uit?\r\n"
)
FIELDS = [b"from", b"to", b"subject", b"date", b"message-id"]
PASS = (SignatureResult("politie.example", "pass", "s1"),)


class Zone:
    """A resolver with a table; counts its questions, and can be out of order."""

    def __init__(self, records: dict[str, bytes]) -> None:
        self.records, self.asked, self.broken = records, 0, False

    def __call__(self, name: str, timeout: float) -> TxtAnswer:
        self.asked += 1
        assert 0 < timeout <= 5
        if self.broken:
            raise TemporaryError("SERVFAIL")
        return TxtAnswer(self.records.get(name), 300)


def everyone(domain: str) -> bool:
    return True


async def results(zone: Zone, content: bytes) -> tuple[SignatureResult, ...]:
    verifier = DkimVerifier(Records(zone))
    try:
        return await verifier.signatures(content, everyone)
    finally:
        verifier.close()


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture
def zone(rsa_key: rsa.RSAPrivateKey) -> Zone:
    der = rsa_key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Zone({"s1._domainkey.politie.example": b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)})


def signed(key: rsa.RSAPrivateKey, mail: bytes = MAIL, **options: object) -> bytes:
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    settings = {"include_headers": FIELDS, "canonicalize": (b"relaxed", b"relaxed"), **options}
    return bytes(dkim.sign(mail, b"s1", b"politie.example", pem, **settings)) + mail


async def test_a_signed_mail_passes(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    assert await results(zone, signed(rsa_key)) == PASS


async def test_an_ed25519_signature_passes() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    seed = key.private_bytes(serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    zone = Zone({"e1._domainkey.politie.example": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(public)})
    mail = (
        bytes(
            dkim.sign(
                MAIL, b"e1", b"politie.example", base64.b64encode(seed),
                include_headers=FIELDS, signature_algorithm=b"ed25519-sha256",
            )
        )
        + MAIL
    )  # fmt: skip
    assert await results(zone, mail) == (SignatureResult("politie.example", "pass", "e1"),)


async def test_mail_without_a_signature_has_no_result_and_asks_nobody(zone: Zone) -> None:
    assert await results(zone, MAIL) == ()
    assert zone.asked == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"mee uit", b"niet uit"), (b"Gele Polo", b"Rode Polo"), (b"oost@politie", b"west@politie")],
)
async def test_one_changed_word_is_no_pass(rsa_key: rsa.RSAPrivateKey, zone: Zone, old: bytes, new: bytes) -> None:
    assert await results(zone, signed(rsa_key).replace(old, new)) == (SignatureResult("politie.example", "fail", "s1"),)


async def test_a_second_subject_on_top_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    replayed = b"Subject: Iets heel anders\r\n" + signed(rsa_key)
    assert (await results(zone, replayed))[0].result == "permerror"


async def test_a_mail_hidden_behind_bare_carriage_returns_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    replayed = b"X-Note: a\rFrom: x@politie.example\r\rBoe\r\n" + signed(rsa_key)
    assert (await results(zone, replayed))[0].result == "permerror"


async def test_a_signature_over_a_part_of_the_body_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    mail = signed(rsa_key, length=True)
    assert b"l=" in mail
    assert (await results(zone, mail + b"en dit erbij\r\n"))[0].result == "permerror"
    assert (await results(zone, mail))[0].result == "permerror"


async def test_a_signature_that_leaves_the_subject_open_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    mail = signed(rsa_key, include_headers=[b"from", b"date"])
    assert (await results(zone, mail))[0].result == "permerror"


async def test_a_signature_that_names_two_domains_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    mail = signed(rsa_key).replace(b"d=politie.example;", b"d=politie.example; x d=utrecht.example;")
    assert b"utrecht" in mail
    assert [result.result for result in await results(zone, mail)] == ["permerror"]


async def test_no_answer_from_dns_is_a_temporary_error(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    zone.broken = True
    assert await results(zone, signed(rsa_key)) == (SignatureResult("politie.example", "temperror", "s1"),)


async def test_a_key_that_was_withdrawn_is_no_pass(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    zone.records["s1._domainkey.politie.example"] = b"v=DKIM1; p="
    assert (await results(zone, signed(rsa_key)))[0].result != "pass"
    zone.records.clear()
    assert (await results(zone, signed(rsa_key)))[0].result != "pass"


async def test_a_key_is_asked_for_once_until_its_time_is_over(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    clock = [1000.0]
    verifier = DkimVerifier(Records(zone, now=lambda: clock[0]))
    for _ in range(3):
        assert await verifier.signatures(signed(rsa_key), everyone) == PASS
    assert zone.asked == 1
    clock[0] += 301
    assert await verifier.signatures(signed(rsa_key), everyone) == PASS
    assert zone.asked == 2


async def test_at_most_five_signatures_are_looked_at(zone: Zone) -> None:
    one = b"DKIM-Signature: v=1; a=rsa-sha256; d=x%d.example; s=s; h=from:subject:date; bh=AAAA; b=AAAA\r\n"
    found = await results(zone, b"".join(one % number for number in range(5000)) + MAIL)
    assert len(found) <= 50
    assert sum(each.result != "unasked" for each in found) == 5
    assert {each.result for each in found} <= {"fail", "permerror", "unasked"}


async def test_only_a_key_that_could_prove_the_author_is_asked_for(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    foreign = b"DKIM-Signature: v=1; a=rsa-sha256; d=slow%d.example; s=s; h=from:subject:date; bh=AAAA; b=AAAA\r\n"
    mail = b"".join(foreign % number for number in range(20)) + signed(rsa_key)
    verifier = DkimVerifier(Records(zone))
    found = await verifier.signatures(mail, lambda domain: domain == "politie.example")
    verifier.close()
    assert [each.result for each in found] == ["unasked"] * 20 + ["pass"]
    assert zone.asked == 1


@pytest.mark.parametrize(
    "body",
    [b" " * 4_000_000, b"\r\n" * 2_000_000, b" \t\r\n" * 1_000_000, b"a \t" * 1_000_000, b"\r" * 4_000_000],
)
async def test_no_body_takes_long(rsa_key: rsa.RSAPrivateKey, zone: Zone, body: bytes) -> None:
    before = time.process_time()
    assert [each.result for each in await results(zone, signed(rsa_key) + body)] in (["fail"], ["pass"])
    assert time.process_time() - before < 3


async def test_a_server_that_is_out_of_order_is_not_asked_again_at_once(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    clock = [1000.0]
    verifier, zone.broken = DkimVerifier(Records(zone, now=lambda: clock[0])), True
    for _ in range(3):
        assert [each.result for each in await verifier.signatures(signed(rsa_key), everyone)] == ["temperror"]
    assert zone.asked == 1
    clock[0] += 11
    zone.broken = False
    assert await verifier.signatures(signed(rsa_key), everyone) == PASS
    verifier.close()


def test_a_name_that_cannot_exist_is_no_passing_trouble() -> None:
    assert resolve_txt("s" * 80 + "._domainkey.politie.example", 5).record is None


def test_memory_of_keys_is_bounded() -> None:
    records = Records(Zone({}), now=lambda: 0.0)
    for number in range(5000):
        records.get(f"{number}.example", 5.0)
    assert len(records._known) <= 500


@pytest.mark.parametrize(
    "field",
    [b"", b"v=1", b"v=1; d=; s=; h=", b"d=a.example; d=b.example; h=from:subject:date", b"\xff\xfe; d=\xff",
     b"v=1; a=rsa-sha256; d=a.example; s=\xe9; h=from:subject:date; bh=A; b=A", b"=" * 5000, b";" * 5000],
)  # fmt: skip
async def test_a_broken_signature_field_is_a_result_and_no_crash(zone: Zone, field: bytes) -> None:
    found = await results(zone, b"DKIM-Signature: " + field + b"\r\n" + MAIL)
    assert [each.result == "pass" for each in found] == [False]


def test_our_own_pass_must_be_of_the_authors_domain() -> None:
    author = parse_address("oost@wijk.politie.example")
    assert author
    assert judge_signatures(PASS, author).verdict is Verdict.PASS
    other = parse_address("oost@politie-nep.example")
    assert other
    assert judge_signatures(PASS, other).verdict is Verdict.UNPROVEN
    assert judge_signatures(PASS, other, dkim_domain="politie.example").verdict is Verdict.PASS
    assert judge_signatures((), author).verdict is Verdict.UNPROVEN
    assert judge_signatures((SignatureResult("politie.example", "fail"),), author).verdict is Verdict.UNPROVEN
    unknown = (SignatureResult("politie.example", "temperror", "s1"),)
    assert judge_signatures(unknown, author).verdict is Verdict.UNREACHABLE
    assert judge_signatures(unknown, author).seen == ("DKIM signature s1._domainkey.politie.example: temperror",)
    assert judge_signatures(unknown, other).verdict is Verdict.UNPROVEN
