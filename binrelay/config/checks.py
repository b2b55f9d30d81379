"""What can be wrong between keys: doubles, unknown ids, unsafe connections, folders that collide, and the warnings.

Works on the file as written, so that it finds what is wrong beside other errors. Values of a wrong type are passed
over: their own reader refuses them. Pure.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping

from binrelay.config.defaults import folder_names
from binrelay.config.fields import RetryValues
from binrelay.config.problems import Report
from binrelay.config.roles import check_roles
from binrelay.config.schema import describe
from binrelay.config.sources import is_networks
from binrelay.config.values import suggestion
from binrelay.config.yaml_file import Loc, Yaml, child, items
from binrelay.model import Language

_SEPARATORS = "/.\\"  # IMAP servers use one of these between levels
_WILDCARDS = "%*"


def check(report: Report, environ: Mapping[str, str]) -> None:
    value = report.document.value
    for variable in filter(is_networks, environ):
        report.variable_error(variable, "networks come from the YAML file alone; unset this variable")
    check_roles(report)
    _check_doubles(report, _ids((), value, "networks"))
    _check_mailboxes(report)
    for number, network in items(value.get("networks")):
        if isinstance(network, dict):
            _check_network(report, ("networks", number), network)


def _check_network(report: Report, loc: Loc, network: dict[str, Yaml]) -> None:
    _check_doubles(report, _ids(loc, network, "partners"))
    _check_reports_to(report, loc, network)
    _check_folders(report, loc, network)
    for server in ("imap", "smtp"):
        _check_security(report, (*loc, server), network.get(server))
        _check_login(report, (*loc, server), network.get(server))
        _check_oauth2(report, (*loc, server, "auth", "oauth2"), child(child(network.get(server), "auth"), "oauth2"))
    _warn(report, loc, network)


def _ids(loc: Loc, owner: Yaml, key: str) -> Iterator[tuple[Loc, str]]:
    for number, item in items(child(owner, key)):
        identity = child(item, "id")
        if isinstance(identity, str):
            yield (*loc, key, number, "id"), identity


def _check_doubles(report: Report, ids: Iterator[tuple[Loc, str]]) -> None:
    seen: dict[str, Loc] = {}
    for loc, identity in ids:
        first = seen.setdefault(identity, loc)
        if first is not loc:
            report.error(loc, f'"{identity}" is taken already ({report.document.place(first)})')


def _check_mailboxes(report: Report) -> None:
    """Two networks in one mailbox would take in each other's mail."""
    seen: dict[tuple[str, ...], Loc] = {}
    for number, network in items(report.document.value.get("networks")):
        server = child(network, "imap")
        login = (str(child(server, "host")).lower(), str(child(server, "port")), str(child(server, "username")))
        loc: Loc = ("networks", number, "imap", "username")
        if child(server, "username") and seen.setdefault(login, loc) is not loc:
            place = report.document.place(seen[login])
            report.error(loc, f"this mailbox belongs to another network already ({place})")


def _check_reports_to(report: Report, loc: Loc, network: dict[str, Yaml]) -> None:
    known = [identity for _, identity in _ids(loc, network, "partners")]
    listed: set[str] = set()
    for number, identity in items(network.get("reports_to")):
        if not isinstance(identity, str):
            continue
        if identity not in known:
            hint = suggestion(identity, known) or f"; known are: {', '.join(known)}"
            report.error((*loc, "reports_to", number), f'no partner has the id "{identity}"{hint}')
        elif identity in listed:
            report.error((*loc, "reports_to", number), f'"{identity}" is listed twice')
        listed.add(identity)


def check_retry(report: Report, retry: RetryValues) -> None:
    if retry.longest < retry.first:
        report.error(("retry", "longest"), "must not be shorter than retry.first")


def _check_security(report: Report, loc: Loc, server: Yaml) -> None:
    host = child(server, "host")
    if child(server, "security") == "none" and isinstance(host, str) and not _is_loopback(host):
        message = "none would send the password and every mail readable over the network; write tls or starttls"
        report.error((*loc, "security"), f"{message} (none is for 127.0.0.1, ::1 and localhost)")


def _is_loopback(host: str) -> bool:
    if host.strip().lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip()).is_loopback
    except ValueError:
        return False


def _check_login(report: Report, loc: Loc, server: Yaml) -> None:
    if not isinstance(server, dict):
        return
    username, password, auth = (server.get(key) for key in ("username", "password", "auth"))
    if password is not None and auth is not None:
        report.error((*loc, "auth"), "stands in place of a password; leave one of the two out")
    if username is not None and password is None and auth is None:
        report.error((*loc, "password"), "is missing: {secret: NAME}, {file: PATH} or {env: VARIABLE}; or auth")
    if username is None and (password is not None or auth is not None):
        report.error((*loc, "username"), "is missing: a password is of no use without it")


def _check_oauth2(report: Report, loc: Loc, written: Yaml) -> None:
    if not isinstance(written, dict):
        return
    if written.get("provider") is None and written.get("token_url") is None:
        report.error(loc, "must name a provider (google, microsoft) or a token_url")
    if written.get("client_id") is None:
        report.error((*loc, "client_id"), f"is missing: {describe((*loc, 'client_id'))}")


def _check_folders(report: Report, loc: Loc, network: dict[str, Yaml]) -> None:
    written = network.get("folders")
    given = {key: name for key, name in written.items() if isinstance(name, str)} if isinstance(written, dict) else {}
    for key, name in given.items():
        if problem := _folder_problem(key, name):
            report.error((*loc, "folders", key), problem)
    language = network.get("language")
    names = folder_names(Language(language) if language in list(Language) else Language.NL) | given
    seen: dict[str, str] = {}
    for key in ("done", "held", "release", "rejected"):
        first = seen.setdefault(names[key].strip().casefold(), key)
        if first != key:
            report.error((*loc, "folders", key), f'"{names[key]}" is the name of the folder "{first}" as well')


def _folder_problem(key: str, name: str) -> str:
    if set(name) & set(_SEPARATORS + _WILDCARDS):
        return f"a folder name must not hold any of {' '.join(_SEPARATORS + _WILDCARDS)}: servers give them a meaning"
    if key == "root" and name.strip().upper() == "INBOX":
        return "INBOX is where mail arrives; name another folder"
    return ""


def _warn(report: Report, loc: Loc, network: dict[str, Yaml]) -> None:
    if not network.get("members"):
        report.warn((*loc, "members"), "there are no members yet: bulletins reach nobody")
    if not network.get("reports_to"):
        report.warn((*loc, "reports_to"), "is empty: what members report on their own is held for the coordinators")
    if not network.get("trusted_authserv_ids"):
        cure = "pin your provider's id: `binrelay check --connect` shows it"
        report.warn(
            (*loc, "trusted_authserv_ids"), f"is empty, so only binrelay's own DKIM verification counts; {cure}"
        )
    if network.get("delivery") == "individual" and not network.get("subaddress"):
        message = 'individual needs sub-addressing for its return addresses; set subaddress: "+" if the provider has it'
        report.warn((*loc, "delivery"), message)
    for number, partner in items(network.get("partners")):
        if child(partner, "authentication") == "none":
            message = "none lets anybody who writes this partner's address send bulletins to every member"
            report.warn((*loc, "partners", number, "authentication"), message)
