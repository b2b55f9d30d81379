"""The questions of `init`, what it says, and the remarks in the YAML it writes: Dutch and English. Pure.

Both tables hold the same keys with the same variables; a test checks.
"""

from __future__ import annotations

from collections.abc import Mapping

from binrelay.model import Language

Words = Mapping[str, str]

NL: Words = {
    "welcome": "Dit maakt de configuratie van één netwerk: {path}\n"
    "Enter neemt wat tussen [haken] staat. Ctrl-C stopt; dan is er niets geschreven.",
    "name": "Naam van het netwerk (staat voor elk onderwerp)",
    "address": "Mailadres van de coördinator, waar politie en leden naartoe schrijven",
    "language": "Taal van de mails: nl, en, fr of de",
    "coordinators": "Eigen adres(sen) van de coördinator(en), voor meldingen",
    "partner_name": "Naam van de partner die berichten stuurt",
    "partner_address": "Mailadres van {name}",
    "another": "Nog een partner, zoals de gemeente? Naam (leeg: nee)",
    "found": "{provider}: ontvangen via {imap}, versturen via {smtp}",
    "servers_right": "Kloppen deze mailservers? [J/n]",
    "imap_host": "Server om mail te ontvangen (IMAP)",
    "smtp_host": "Server om mail te versturen (SMTP)",
    "port": "Poort",
    "security": "Beveiliging: tls of starttls",
    "username": "Gebruikersnaam",
    "app_password": "{provider} wil een app-wachtwoord: maak er een in de instellingen van dat account.",
    "password": "Wachtwoord (u ziet niets terwijl u typt)",
    "microsoft": "{provider} laat programma's alleen binnen met OAuth 2.0. Maak eenmalig een app-registratie\n"
    "(zie docs/operations.md, “OAuth 2.0”) en vul hier haar client-id in.",
    "client_id": "Client-id van de app-registratie",
    "trying": "Ik log in om te kijken of het klopt …",
    "imap_well": "Ontvangen: ingelogd. Mappen: {folders}",
    "smtp_well": "Versturen: ingelogd.",
    "refused": "{server} laat ons met deze naam en dit wachtwoord niet in.\nHet antwoord van die server: {reason}",
    "failed": "Dat lukte niet bij {server}. De technische melding: {reason}",
    "again": "Anders invullen en nog eens proberen? [J/n]",
    "pin": "Recente mail is beoordeeld door {server} ({count} van {total}). Is dat uw provider? [J/n]",
    "no_pin": "Recente mail draagt geen oordeel van uw provider; alleen eigen handtekeningen van de partner tellen dan.\n"
    "Kijk nog eens als er mail is: binrelay check --connect",
    "unpinned": "Recente mail is beoordeeld door {server}. Is dat uw provider, zet dan in de YAML:\n"
    "    trusted_authserv_ids: [{server}]",
    "written": "Geschreven: {paths}",
    "next": "Wat nu:\n{steps}",
    "step_authorize": "binrelay authorize{where}    toestemming van het mailaccount",
    "step_passwords": "export CREDENTIALS_DIRECTORY={folder}    zo vinden ook deze opdrachten het wachtwoord",
    "step_check": "binrelay check --connect{where}    nog eens nakijken",
    "step_members": "binrelay member import LEDEN.csv{where}    of: binrelay member add jan@mail.example",
    "step_run": "binrelay run{where}    beginnen; als dienst: docs/operations.md",
    "exists": "{path} bestaat al en blijft zoals het is. Wijzig het met een editor, of noem een ander bestand met -c.",
    "stopped": "Gestopt; er is niets geschreven.",
    "h_text": "Eén regel, niet leeg.",
    "h_name": "Eén regel van hoogstens 100 tekens, zonder [ en ].",
    "h_address": "Dat is geen mailadres; schrijf het zo: bin@voorbeeld.nl",
    "h_partner_address": "Dat is geen mailadres; schrijf het zo: wijkagent@politie.example",
    "h_coordinators": "Minstens één mailadres; meer met een komma ertussen: anna@voorbeeld.nl, bert@voorbeeld.nl",
    "h_language": "Kies nl, en, fr of de.",
    "h_imap_host": "Dat is geen naam van een server; schrijf het zo: imap.voorbeeld.nl",
    "h_smtp_host": "Dat is geen naam van een server; schrijf het zo: smtp.voorbeeld.nl",
    "h_port": "Een getal van 1 tot 65535.",
    "h_security": "Kies tls of starttls.",
    "c_head": "Configuratie van {name}. Alle sleutels: config/binrelay.yaml. Nakijken: binrelay check -c DIT BESTAND\n"
    "# Houd dit bestand besloten: het noemt de leden.",
    "c_store": "het geheugen van de daemon",
    "c_id": "korte naam in logboek, status en opdrachten",
    "c_name": "wat mensen zien, en wat tussen haken voor elk onderwerp staat",
    "c_address": "waar politie en leden naartoe schrijven",
    "c_language": "nl, en, fr of de: de taal van voetteksten, meldingen en mappen",
    "c_coordinators": "beslist over vastgehouden mail en krijgt meldingen",
    "c_imap": "de mailbox",
    "c_smtp": "de server die mail verstuurt",
    "c_limits": "de grens van de provider",
    "c_pin": "de naam van uw provider in Authentication-Results",
    "c_no_pin": "zet hier de naam uit Authentication-Results: `binrelay check --connect` toont die",
    "c_partners": "wie berichten mag sturen, en de antwoorden krijgt",
    "c_senders": 'adressen, of "@politie.example" voor elk adres van dat domein',
    "c_replies": "waar antwoorden en meldingen van leden heen gaan",
    "c_reports": "wie krijgt wat leden uit zichzelf melden",
    "c_members": "wie berichten ontvangt; `binrelay member` werkt deze lijst bij",
}
EN: Words = {
    "welcome": "This makes the configuration of one network: {path}\n"
    "Enter takes what stands in [brackets]. Ctrl-C stops; then nothing was written.",
    "name": "Name of the network (stands before each subject)",
    "address": "Mail address of the coordinator, which police and members write to",
    "language": "Language of the mails: nl, en, fr or de",
    "coordinators": "Own address(es) of the coordinator(s), for notices",
    "partner_name": "Name of the partner who sends bulletins",
    "partner_address": "Mail address of {name}",
    "another": "Another partner, such as the municipality? Name (empty: no)",
    "found": "{provider}: receives by {imap}, sends by {smtp}",
    "servers_right": "Are these mail servers right? [Y/n]",
    "imap_host": "Server that receives mail (IMAP)",
    "smtp_host": "Server that sends mail (SMTP)",
    "port": "Port",
    "security": "Security: tls or starttls",
    "username": "User name",
    "app_password": "{provider} wants an app password: make one in the settings of that account.",
    "password": "Password (nothing is shown while you type)",
    "microsoft": "{provider} lets programs in by OAuth 2.0 only. Make an app registration once\n"
    "(docs/operations.md, “OAuth 2.0”) and give its client id here.",
    "client_id": "Client id of the app registration",
    "trying": "Logging in, to see whether it is right …",
    "imap_well": "Receiving: logged in. Folders: {folders}",
    "smtp_well": "Sending: logged in.",
    "refused": "{server} does not let us in with this name and this password.\nThat server's answer: {reason}",
    "failed": "That did not work at {server}. The technical report: {reason}",
    "again": "Change something and try again? [Y/n]",
    "pin": "Recent mail was judged by {server} ({count} of {total}). Is that your provider? [Y/n]",
    "no_pin": "Recent mail carries no verdict of your provider; only a partner's own signatures count then.\n"
    "Look again when mail has come in: binrelay check --connect",
    "unpinned": "Recent mail was judged by {server}. If that is your provider, put this into the YAML:\n"
    "    trusted_authserv_ids: [{server}]",
    "written": "Written: {paths}",
    "next": "What to do now:\n{steps}",
    "step_authorize": "binrelay authorize{where}    consent of the mail account",
    "step_passwords": "export CREDENTIALS_DIRECTORY={folder}    so that these commands find the password, too",
    "step_check": "binrelay check --connect{where}    look again",
    "step_members": "binrelay member import MEMBERS.csv{where}    or: binrelay member add jan@mail.example",
    "step_run": "binrelay run{where}    begin; as a service: docs/operations.md",
    "exists": "{path} exists and stays as it is. Change it with an editor, or name another file with -c.",
    "stopped": "Stopped; nothing was written.",
    "h_text": "One line, not empty.",
    "h_name": "One line of at most 100 characters, without [ and ].",
    "h_address": "That is no mail address; write it as in bin@example.org",
    "h_partner_address": "That is no mail address; write it as in officer@police.example",
    "h_coordinators": "At least one mail address; more with a comma between: anna@example.org, bert@example.org",
    "h_language": "Choose nl, en, fr or de.",
    "h_imap_host": "That is no name of a server; write it as in imap.example.org",
    "h_smtp_host": "That is no name of a server; write it as in smtp.example.org",
    "h_port": "A number from 1 to 65535.",
    "h_security": "Choose tls or starttls.",
    "c_head": "Configuration of {name}. Every key: config/binrelay.yaml. Check with: binrelay check -c THIS FILE\n"
    "# Keep this file private: it names the members.",
    "c_store": "what the daemon remembers",
    "c_id": "short name in logs, status and commands",
    "c_name": "what people see, and in brackets before each subject",
    "c_address": "what police and members write to",
    "c_language": "nl, en, fr or de: the language of footers, notices and folder names",
    "c_coordinators": "decides about held mail and gets notices",
    "c_imap": "the mailbox",
    "c_smtp": "the server that takes outgoing mail",
    "c_limits": "the provider's limit",
    "c_pin": "your provider's name in Authentication-Results",
    "c_no_pin": "put the name from Authentication-Results here: `binrelay check --connect` shows it",
    "c_partners": "who may issue bulletins, and gets the replies",
    "c_senders": 'addresses, or "@politie.example" for every address of that domain',
    "c_replies": "where members' replies and reports go",
    "c_reports": "who gets what members report on their own",
    "c_members": "who receives bulletins; `binrelay member` keeps this list",
}


def language_of(environ: Mapping[str, str]) -> Language:
    """Of the terminal, where it is one of ours; else Dutch."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "").lower()
    return next((language for language in Language if locale.startswith(language.value)), Language.NL)


def words_for(environ: Mapping[str, str]) -> Words:
    """Dutch where the terminal is Dutch, else English."""
    locale = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    return NL if locale.lower().startswith("nl") else EN
