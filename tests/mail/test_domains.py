"""Who owns a domain."""

from __future__ import annotations

import pytest

from binrelay.mail.domains import aligned, organizational_domain


@pytest.mark.parametrize(
    ("domain", "owner"),
    [
        ("politie.nl", "politie.nl"),
        ("Mail.Oost.Politie.NL", "politie.nl"),
        ("mail.politie.nl.", "politie.nl"),
        ("a.b.co.uk", "b.co.uk"),
        ("co.uk", "co.uk"),
        ("me.github.io", "me.github.io"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", "localhost"),
        ("", ""),
        ("a..b", "a..b"),
        ("politie.nl'a.attack.com", "politie.nl'a.attack.com"),
    ],
)
def test_the_registered_domain_is_found(domain: str, owner: str) -> None:
    assert organizational_domain(domain) == owner


def test_a_subdomain_speaks_for_its_owner_and_for_nobody_else() -> None:
    assert aligned("mail.politie.nl", "politie.nl")
    assert aligned("a.politie.nl", "B.politie.nl.")
    assert not aligned("politie.nl", "politie-nl.nl")
    assert not aligned("one.co.uk", "two.co.uk")
    assert not aligned("politie.nl'a.attack.com", "politie.nl'a.attack.com")
    assert not aligned("", "")
