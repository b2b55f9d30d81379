"""Own DKIM verification: real keys, real signatures, and DNS from a table."""

from __future__ import annotations

import base64

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from binrelay.errors import TemporaryError
from binrelay.mail.address import parse_address
from binrelay.mail.authentication import SignatureResult, Verdict, judge_signatures
from binrelay.transport.dkim import DkimVerifier, TxtAnswer

MAIL = (
    b"From: Wijkagent <oost@politie.example>\r\nTo: bin@bin.example\r\nSubject: Gele Polo gezocht\r\n"
    b"Date: Tue, 24 Nov 2026 10:00:00 +0100\r\nMessage-ID: <a1@politie.example>\r\n\r\nKijkt u mee uit?\r\n"
)
FIELDS = [b"from", b"to", b"subject", b"date", b"message-id"]
PASS = (SignatureResult("politie.example", "pass"),)


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
    assert await DkimVerifier(zone).signatures(signed(rsa_key)) == PASS


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
    assert await DkimVerifier(zone).signatures(mail) == PASS


async def test_mail_without_a_signature_has_no_result_and_asks_nobody(zone: Zone) -> None:
    assert await DkimVerifier(zone).signatures(MAIL) == ()
    assert zone.asked == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"mee uit", b"niet uit"), (b"Gele Polo", b"Rode Polo"), (b"oost@politie", b"west@politie")],
)
async def test_one_changed_word_is_no_pass(rsa_key: rsa.RSAPrivateKey, zone: Zone, old: bytes, new: bytes) -> None:
    assert await DkimVerifier(zone).signatures(signed(rsa_key).replace(old, new)) == (
        SignatureResult("politie.example", "fail"),
    )


async def test_a_second_subject_on_top_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    replayed = b"Subject: Iets heel anders\r\n" + signed(rsa_key)
    assert (await DkimVerifier(zone).signatures(replayed))[0].result == "permerror"


async def test_a_mail_hidden_behind_bare_carriage_returns_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    replayed = b"X-Note: a\rFrom: x@politie.example\r\rBoe\r\n" + signed(rsa_key)
    assert (await DkimVerifier(zone).signatures(replayed))[0].result == "permerror"


async def test_a_signature_over_a_part_of_the_body_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    mail = signed(rsa_key, length=True)
    assert b"l=" in mail
    assert (await DkimVerifier(zone).signatures(mail + b"en dit erbij\r\n"))[0].result == "permerror"
    assert (await DkimVerifier(zone).signatures(mail))[0].result == "permerror"


async def test_a_signature_that_leaves_the_subject_open_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    mail = signed(rsa_key, include_headers=[b"from", b"date"])
    assert (await DkimVerifier(zone).signatures(mail))[0].result == "permerror"


async def test_a_signature_that_names_two_domains_is_refused(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    mail = signed(rsa_key).replace(b"d=politie.example;", b"d=politie.example; x d=utrecht.example;")
    assert b"utrecht" in mail
    assert [result.result for result in await DkimVerifier(zone).signatures(mail)] == ["permerror"]


async def test_no_answer_from_dns_is_a_temporary_error(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    zone.broken = True
    assert await DkimVerifier(zone).signatures(signed(rsa_key)) == (SignatureResult("politie.example", "temperror"),)


async def test_a_key_that_was_withdrawn_is_no_pass(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    zone.records["s1._domainkey.politie.example"] = b"v=DKIM1; p="
    assert (await DkimVerifier(zone).signatures(signed(rsa_key)))[0].result != "pass"
    zone.records.clear()
    assert (await DkimVerifier(zone).signatures(signed(rsa_key)))[0].result != "pass"


async def test_a_key_is_asked_for_once_until_its_time_is_over(rsa_key: rsa.RSAPrivateKey, zone: Zone) -> None:
    clock = [1000.0]
    verifier = DkimVerifier(zone, now=lambda: clock[0])
    for _ in range(3):
        assert await verifier.signatures(signed(rsa_key)) == PASS
    assert zone.asked == 1
    clock[0] += 301
    assert await verifier.signatures(signed(rsa_key)) == PASS
    assert zone.asked == 2


async def test_at_most_five_signatures_are_looked_at(zone: Zone) -> None:
    one = b"DKIM-Signature: v=1; a=rsa-sha256; d=x%d.example; s=s; h=from:subject:date; bh=AAAA; b=AAAA\r\n"
    results = await DkimVerifier(zone).signatures(b"".join(one % number for number in range(50)) + MAIL)
    assert len(results) == 5
    assert {result.result for result in results} <= {"fail", "permerror"}


@pytest.mark.parametrize(
    "field",
    [b"", b"v=1", b"v=1; d=; s=; h=", b"d=a.example; d=b.example; h=from:subject:date", b"\xff\xfe; d=\xff",
     b"v=1; a=rsa-sha256; d=a.example; s=\xe9; h=from:subject:date; bh=A; b=A", b"=" * 5000, b";" * 5000],
)  # fmt: skip
async def test_a_broken_signature_field_is_a_result_and_no_crash(zone: Zone, field: bytes) -> None:
    results = await DkimVerifier(zone).signatures(b"DKIM-Signature: " + field + b"\r\n" + MAIL)
    assert [result.result == "pass" for result in results] == [False]


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
