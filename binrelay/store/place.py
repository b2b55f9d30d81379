"""Where a store lies. Pure, and light: commands that only want the path need no database library."""

from __future__ import annotations

from pathlib import Path

from binrelay.errors import StoreError


def database_path(url: str) -> Path | None:
    """The file an `sqlite:` URL means; None for PostgreSQL. Raises StoreError where it is neither.

    `sqlite:///var/x` and `sqlite:////var/x` are both /var/x; `sqlite:x` and `sqlite:///./x` are relative.
    """
    scheme, colon, rest = url.partition(":")
    if scheme.partition("+")[0] in {"postgresql", "postgres"} and colon:
        return None
    place = rest
    if rest.startswith("//"):
        host, slash, place = rest[2:].partition("/")
        if host or not slash:
            raise StoreError(f"{url}: write sqlite:///var/lib/… for a file, with three slashes")
        place = place if place.startswith(("./", "../")) else "/" + place.lstrip("/")
    if scheme != "sqlite" or place.strip("/") in {"", ".", ":memory:"} or "\0" in place:
        raise StoreError(f"{url}: not a store; write sqlite:///var/lib/binrelay/binrelay.sqlite3")
    return Path(place)
