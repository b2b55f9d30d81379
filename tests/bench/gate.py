"""`python -m tests.bench.gate`: what the final check costs, for small and large mails and for many members. Prints a table."""

from __future__ import annotations

import os
import statistics
import time
from email import policy
from email.message import EmailMessage

from binrelay.mail.gate import find_exposures, shows_anybody
from binrelay.mail.people import People

MEMBERS = (100, 5_000, 50_000)
SIZES = (10_000, 1_000_000, 25_000_000)
RUNS = {10_000: 20, 1_000_000: 5, 25_000_000: 3}
HIDDEN = People(["piet@mail.example"], ["Piet van den Berg"])  # of whom a reply shows neither address nor name


def a_mail(size: int) -> bytes:
    """Text and HTML that speak of addresses and names as mails do, and an attachment that fills it up to `size` bytes."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = "coordinator@bin.example", "wijkagent@politie.example"
    message["Subject"], message["Message-ID"] = "Gele Polo", "<polo@bin.example>"
    text = "Wie heeft de gele Polo van Jan gezien? Bel balie@politie.example of kijk op https://politie.example/?a=b%20c.\n"
    lines = min(size // 4, 100_000) // len(text)
    message.set_content(text * lines)
    message.add_alternative(f"<p>{text}</p>" * lines, subtype="html")
    left = size - len(message.as_bytes())
    if left > 0:
        message.add_attachment(os.urandom(left * 3 // 4), "image", "jpeg", filename="polo.jpg")
    return message.as_bytes()


def people(count: int) -> People:
    addresses = {f"buur{number}@mail{number % 97}.example" for number in range(count)}
    return People(addresses, [f"Voornaam{number} van Achternaam{number}" for number in range(count)])


def milliseconds(content: bytes, everybody: People, runs: int) -> float:
    """The median; processor time, for other work on the machine is not ours."""
    spent = []
    for _ in range(runs):
        began = time.process_time()
        assert find_exposures(content, everybody, hidden=[HIDDEN]) == ()
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)


def main() -> None:
    crowds = {count: people(count) for count in MEMBERS}
    print(f"{'the final check, ms':>24} " + " ".join(f"{count:>14,}" for count in MEMBERS) + "  members")
    for size in SIZES:
        content = a_mail(size)
        row = [milliseconds(content, crowds[count], RUNS[size]) for count in MEMBERS]
        print(f"{size:>18,} bytes " + " ".join(f"{each:>14.1f}" for each in row), flush=True)
    row = []
    for count in MEMBERS:
        shows_anybody("x", crowds[count])
        began = time.process_time()
        for _ in range(200):
            shows_anybody("Gele Polo bij de school, van Achternaam77", crowds[count])
        row.append((time.process_time() - began) * 1000 / 200)
    print(f"{'a subject, all names':>24} " + " ".join(f"{each:>14.3f}" for each in row))
    row = []
    for count in MEMBERS:
        began = time.process_time()
        fresh = people(count)
        shows_anybody("a@b.example van c", fresh)
        row.append((time.process_time() - began) * 1000)
    print(f"{'once for each roster':>24} " + " ".join(f"{each:>14.1f}" for each in row))


if __name__ == "__main__":
    main()
