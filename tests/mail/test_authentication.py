"""An author is proven by the pinned server alone, and by nothing a sender can write."""

from __future__ import annotations

import pytest

from binrelay.mail.address import Address, parse_address
from binrelay.mail.authentication import Verdict, read_evidence
from binrelay.mail.header import Field, Header, read_header

ID = "mx.provider.example"
PASS = f"{ID}; dmarc=pass (p=reject) header.from=politie.example"
HANDOVER = "from mail.politie.example (mail.politie.example [203.0.113.9]) by mx.provider.example with ESMTPS id 1; x"
LMTP = "from mx.provider.example by imap.provider.example with LMTP id 2; Tue, 24 Nov 2026 10:00:00 +0100"


def address(text: str) -> Address:
    found = parse_address(text)
    assert found
    return found


OFFICER = address("wijkagent@politie.example")


def header(*lines: tuple[str, str]) -> Header:
    return Header(tuple(Field(name, f"{name}: {value}\r\n".encode()) for name, value in lines))


def results(*values: str) -> Header:
    return header(*(("authentication-results", value) for value in values))


def verdict(mail: Header, author: Address = OFFICER, **options: object) -> Verdict | None:
    settings: dict[str, object] = {"trusted": (ID,), **options}
    evidence = read_evidence(mail, author, **settings)  # type: ignore[arg-type]
    assert evidence is None or "@" not in evidence.reason
    return evidence.verdict if evidence else None


def test_nothing_is_known_where_no_server_is_pinned() -> None:
    assert verdict(results(PASS), trusted=()) is None


def test_a_dmarc_pass_of_the_pinned_server_proves_the_author() -> None:
    assert verdict(results(PASS)) is Verdict.PASS


@pytest.mark.parametrize(
    "value",
    [
        f"{ID.upper()} 1; dmarc=pass",
        f"(our own) {ID} (yes) 1 (v1); (a; dmarc=fail) dmarc (x) = (y) pass (p=(none)) header.from=politie.example",
        f'"{ID}"; dmarc=pass header.from=POLITIE.example;',
        f"{ID}; spf=fail smtp.mailfrom=x.example; dmarc=pass header.from=mail.politie.example",
        f"{ID}; dmarc=none; dkim=pass header.d=mail.politie.example header.b=ab/+= header.i=@politie.example",
        f"{ID}; dkim=fail header.d=politie.example; dkim=pass header.d=politie.example",
        f"{ID}; dkim=pass header.i=jan@politie.example",
        f'{ID}; spf=pass smtp.mailfrom="a) b; dmarc=fail"@politie.example; dmarc=pass reason="a; dmarc=fail"',
        f"{ID}; dmarc/1=pass header.from=politie.example",
    ],
)
def test_every_lawful_spelling_of_a_pass_is_read(value: str) -> None:
    assert verdict(results(value)) is Verdict.PASS


@pytest.mark.parametrize(
    "value",
    [
        f"{ID}; none",
        f"{ID}; spf=pass smtp.mailfrom=politie.example",
        f"{ID}; dmarc=temperror header.from=politie.example; dkim=pass header.d=politie.example",
        f"{ID}; dmarc=pass header.from=utrecht.example",
        f"{ID}; dmarc=none; dkim=pass header.d=mailer.example",
        f"{ID}; dmarc=none; dkim=pass header.d=mailer.example header.i=@politie.example",
        f"{ID}; dkim=pass header.d=mailer.example header.d=politie.example",
        f"{ID}; dkim=pass header.d=politie.example'a.attack.com",
        f"{ID}; dkim=pass; spf=pass header.d=politie.example",
        f"{ID}; dmarc=pass header.from=politie.example; dmarc=none",
        f"{ID}; dmarc=pass header.from=politie.example; dmarc=pass header.from=attack.example",
        f"{ID}; dmarc=none; spf=pass smtp.mailfrom=any@politie.example(a.attack.com; dmarc=pass",
        f"{ID}; dmarc=none (a (b); dkim=pass header.d=politie.example",
        f'{ID}; dmarc=none; spf=pass smtp.mailfrom="a; dmarc=pass header.from=politie.example',
        f"{ID}; (dmarc=pass) spf=pass smtp.mailfrom=x",
        f'{ID}; reason="dmarc=pass"',
        f"{ID}; dkim=pass header.b= header.d=politie.example",
        f"{ID}) ; dmarc=pass",
        f"{ID} dmarc=pass",
        f"{ID}; x dmarc=pass header.from=politie.example",
        "microsoft; dmarc=pass",
        "mx.attacker.example; dmarc=pass header.from=politie.example",
        "dmarc=pass action=none header.from=politie.example",
        f"not-{ID}; dmarc=pass",
        f'"{ID}; dmarc=pass',
        f"mx.attacker.example ({ID}); dmarc=pass",
    ],
)
def test_whatever_leaves_a_doubt_proves_nothing(value: str) -> None:
    assert verdict(results(value)) is Verdict.UNPROVEN


@pytest.mark.parametrize(
    "values",
    [
        (f"{ID}; dmarc=fail header.from=politie.example",),
        (f"{ID}; dmarc=fail (p=none); dkim=pass header.d=politie.example",),
        (f"{ID}; dmarc=pass; dmarc=fail",),
        (f"{ID}; dkim=pass header.d=politie.example", f"{ID}; dmarc=fail header.from=politie.example"),
    ],
)
def test_any_dmarc_failure_refuses(values: tuple[str, ...]) -> None:
    assert verdict(results(*values)) is Verdict.FAIL


def test_only_the_topmost_field_of_the_pinned_server_counts() -> None:
    assert verdict(results(f"{ID}; spf=pass", PASS)) is Verdict.UNPROVEN
    assert verdict(results("mx.other.example; dmarc=fail", PASS)) is Verdict.PASS


def test_a_result_the_sender_brought_along_proves_nothing() -> None:
    assert verdict(header(("received", HANDOVER), ("authentication-results", PASS))) is Verdict.UNPROVEN


def test_a_result_above_the_hand_over_counts_and_hides_what_stands_below() -> None:
    forged = ("authentication-results", f"{ID}; dmarc=fail")
    assert verdict(header(("authentication-results", PASS), ("received", HANDOVER), forged)) is Verdict.PASS
    above = ("authentication-results", f"{ID}; dmarc=none")
    assert verdict(header(above, ("received", HANDOVER), ("authentication-results", PASS))) is Verdict.UNPROVEN


@pytest.mark.parametrize(
    "line",
    [
        LMTP,
        "from mx.provider.example ([10.1.2.3]) by imap.provider.example (Dovecot) with ESMTP id 3; x",
        "from mx.provider.example (mx.provider.example [198.51.100.7]) by imap.provider.example (Postfix) with ESMTPS; x",
        "from localhost (localhost [127.0.0.1]) by mx.provider.example (filter, port 10024) with ESMTP; x",
        "from mx.provider.example by imap.provider.example with ESMTP; x",
        "by mx.provider.example (Postfix, from userid 1001) id 4; x",
        "from compute1 (compute1.nyi.internal [10.202.2.41]) by sloti22d1t06 (Cyrus) with LMTPA; x",
    ],
)
def test_the_providers_own_inner_lines_may_stand_above_its_result(line: str) -> None:
    mail = header(("received", line), ("authentication-results", PASS), ("received", HANDOVER))
    assert verdict(mail) is Verdict.PASS


@pytest.mark.parametrize(
    "line",
    [
        "from mx.provider.example (unknown [203.0.113.66]) by mx.provider.example (Postfix) with ESMTP; x",
        "from mx.provider.example (203.0.113.66) by mx.provider.example with SMTP; x",
        "from [10.0.0.1] (unknown [203.0.113.66]) by mx.provider.example with ESMTP; x",
        "from [10.0.0.1] (evil [203.0.113.66:25]) by mx.provider.example with ESMTP; x",
        "from [203.0.113.66] (helo=[10.0.0.1]) by mx.provider.example with esmtp; x",
        "from x (mx.provider.example [10.0.0.1]) (unknown [203.0.113.66]) by mx.provider.example with ESMTP; x",
        "from mx.provider.example (HELO x) by mx.provider.example with SMTP; x",
        "from evil.example by mx.provider.example with ESMTP; x",
        "from mx.provider.example by imap.elsewhere.example with LMTP; x",
        "from imap.provider.example [203.0.113.5] by localhost with IMAP (fetchmail-6.4); x",
        "(qmail 123 invoked from network); x",
        "from mx.provider.example (broken by mx.provider.example with LMTP",
        "",
    ],
)
def test_a_line_that_may_come_from_outside_ends_the_trust(line: str) -> None:
    assert verdict(header(("received", line), ("authentication-results", PASS))) is Verdict.UNPROVEN


GMAIL = (
    ("delivered-to", "bin@gmail.com"),
    ("received", "by 2002:a05:6a10:1d04:b0:1c1:9b1f:2f0a with SMTP id c4; Tue, 24 Nov 2026 01:00:00 -0800 (PST)"),
    ("arc-authentication-results", "i=1; mx.google.com; dmarc=pass header.from=politie.example"),
    ("received", "from mail.politie.example (mail.politie.example. [203.0.113.9]) by mx.google.com with ESMTPS id 1; x"),
    ("received-spf", "pass (google.com: domain designates 203.0.113.9 as permitted sender) client-ip=203.0.113.9;"),
    ("authentication-results", "mx.google.com; dkim=pass header.i=@politie.example header.s=s1 header.b=rDqG6; "
     "dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=politie.example"),
)  # fmt: skip


def test_gmails_result_directly_below_its_own_line_counts() -> None:
    assert verdict(header(*GMAIL), trusted=("mx.google.com",)) is Verdict.PASS


def test_gmails_name_below_anything_else_does_not_count() -> None:
    between = (*GMAIL[:4], ("x-note", "a"), *GMAIL[4:])
    assert verdict(header(*between), trusted=("mx.google.com",)) is Verdict.UNPROVEN
    fetched = (("received", "from x.example ([203.0.113.1]) by pop.other.example with ESMTP; x"), *GMAIL)
    assert verdict(header(*fetched), trusted=("mx.google.com",)) is Verdict.UNPROVEN


MICROSOFT = (
    ("received", "from DB9P.eurprd02.prod.outlook.com (2603:10a6:10:1d9::6) by AS8P.eurprd02.prod.outlook.com "
     "(2603:10a6:20b::1) with Microsoft SMTP Server (version=TLS1_2) id 15.20; x"),
    ("authentication-results", "spf=pass (sender IP is 203.0.113.9)\r\n smtp.mailfrom=politie.example; dkim=pass "
     "(signature was verified) header.d=politie.example;dmarc=pass action=none "
     "header.from=politie.example;compauth=pass reason=100"),
    ("received", "from mail.politie.example (203.0.113.9) by DB5E.mail.protection.outlook.com (10.152.1.1) with x; x"),
)  # fmt: skip


def test_microsofts_form_without_an_id_counts_where_microsoft_is_pinned() -> None:
    assert verdict(header(*MICROSOFT), trusted=("microsoft",)) is Verdict.PASS
    assert verdict(header(*MICROSOFT)) is Verdict.UNPROVEN
    older = "spf=pass smtp.mailfrom=a.example; bin.example; dkim=none header.d=none;bin.example; dmarc=pass action=none"
    assert verdict(results(older), trusted=("microsoft",)) is Verdict.PASS


def test_microsofts_inner_hosts_have_names_of_three_domains() -> None:
    hops = (
        "from BL0P.prod.exchangelabs.com (2603:10b6:207::2) by LV8P.namprd10.prod.outlook.com (2603:10b6:408::9) with x; x",
        "from BL6P.namprd04.prod.outlook.com (2603:10b6:207::3) by BL0P.outlook.office365.com (2603:10b6:207::2) with x; x",
    )
    inner = tuple(("received", hop) for hop in hops)
    assert verdict(header(*inner, *MICROSOFT[1:]), trusted=("microsoft",)) is Verdict.PASS
    lookalike = ("received", hops[0].replace("exchangelabs.com", "exchangelabs.com.evil.example"))
    assert verdict(header(lookalike, *MICROSOFT[1:]), trusted=("microsoft",)) is Verdict.UNPROVEN


def test_a_field_without_an_id_below_microsofts_border_does_not_count() -> None:
    border = ("received", "from x.outlook.com (203.0.113.66) by DB5E.mail.protection.outlook.com (10.1.1.1) with x; x")
    assert verdict(header(border, MICROSOFT[1]), trusted=("microsoft",)) is Verdict.UNPROVEN
    named = results("microsoft; dmarc=pass header.from=politie.example")
    assert verdict(named, trusted=("microsoft",)) is Verdict.UNPROVEN


def test_a_partner_who_mails_through_a_service_is_proven_by_that_services_signature() -> None:
    mail = results(f"{ID}; dkim=pass header.d=mailer.example; dmarc=fail header.from=politie.example")
    assert verdict(mail, dkim_domain="mailer.example") is Verdict.PASS
    assert verdict(mail, dkim_domain="other.example") is Verdict.UNPROVEN
    assert (
        verdict(results(f"{ID}; dkim=pass header.d=x.mailer.example"), dkim_domain="mailer.example") is Verdict.UNPROVEN
    )
    assert verdict(results(PASS), dkim_domain="mailer.example") is Verdict.UNPROVEN


def test_a_field_of_a_hundred_thousand_brackets_is_read_at_once() -> None:
    for value in ("(" * 100_000, f"{ID}; " + "a=b; " * 30_000, f"{ID}; " + '"' * 99_999, "(" * 8000 + ")" * 8000):
        assert verdict(results(value)) is Verdict.UNPROVEN


def test_a_whole_header_as_bytes_is_judged_the_same_way() -> None:
    content = f"Received: {LMTP}\r\nAuthentication-Results: {ID};\r\n\tdmarc=pass\r\nReceived: {HANDOVER}\r\n\r\n"
    assert verdict(read_header(content.encode())[0]) is Verdict.PASS
