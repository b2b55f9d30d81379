"""Die Geschichte auf Deutsch."""

from __future__ import annotations

from binrelay.demo.stories import Claims, Labels, SceneWords, Serving, Text, Words

WORDS = Words(
    title="Der gelbe Polo",
    intro="Sechs Nachbarn, die Polizei, die Gemeinde und Anna, die das Viertel koordiniert. Alle schreiben einfach an"
    " eine einzige Adresse; binrelay liest dieses Postfach und gibt weiter, was weitergegeben werden darf. Die"
    " Mailserver und binrelay hier sind echt, laufen aber nur auf diesem Computer: Nichts geht ins Internet.",
    starting="Die Mailserver und binrelay starten …",
    scenes=(
        SceneWords(
            "Die Polizei sucht einen gelben Polo",
            "wer es sonst noch bekam. Die Nachbarn wissen es nicht voneinander, die Polizei von niemandem.",
        ),
        SceneWords(
            "Jan hat etwas gesehen und drückt auf Antworten",
            "dass das von Jan kommt. Die Polizei sieht einen Code, seine Nachbarn merken nichts.",
        ),
        SceneWords(
            "Die Polizei antwortet auf diese Mail",
            "was die Polizei an Jan schreibt. Und die Polizei weiß immer noch nicht, dass er Jan ist.",
        ),
        SceneWords(
            "Lucia ist im Urlaub; ihr Mailprogramm antwortet von selbst",
            "dass ihr Haus leer steht.",
        ),
        SceneWords(
            "Ein Betrüger schreibt im Namen der Polizei",
            "wohin der Betrüger die Nachbarn locken wollte.",
        ),
        SceneWords(
            "Die Gemeinde schreibt; Anna will ihre Mitteilungen zuerst lesen",
            "wer es bekam. Das weiß auch die Gemeinde nicht.",
        ),
        SceneWords(
            "Fatima meldet selbst etwas, von der Arbeit aus",
            "wer Fatima ist und wo sie arbeitet.",
        ),
    ),
    labels=Labels(
        arrives="kommt an",
        proof="Beweis",
        decides="binrelay",
        why="denn",
        receives="erhält",
        sender="von",
        subject="Betreff",
        nobody="Niemand bekommt etwas davon.",
        unknown="geheim bleibt",
    ),
    decisions={
        "bulletin": "schickt das als Mitteilung an alle Mitglieder",
        "reply": "gibt die Antwort weiter, ohne Namen",
        "answer": "gibt die Antwort diesem einen Mitglied",
        "report": "gibt die Meldung weiter, ohne Namen",
        "hold": "behält die Mail, bis die Koordinatorin entscheidet",
        "ignore": "legt die Mail weg",
        "bounce": "merkt sich, dass eine Mail nicht ankam",
        "leave": "lässt die Mail im Posteingang liegen",
    },
    rule="Regel {rule}",
    proven="Der Mailanbieter bestätigt: Das kommt wirklich von {domain}.",
    unproven="Der Mailanbieter warnt: Das kommt nicht von {domain}.",
    dragged="zieht die Mail in ihrem Mailprogramm in den Ordner {folder}",
    polo=Text(
        "Wer hat einen gelben Polo gesehen?",
        "Heute Nacht wurde in der Parkstraße eingebrochen.\n"
        "Die Täter fuhren in einem gelben Volkswagen Polo davon.\n\n"
        "Haben Sie das Auto gesehen, oder ist es auf Ihrer Türkamera?\nBitte sagen Sie es uns.\n\n"
        "Sanne de Boer, Bezirkspolizistin\n",
    ),
    picture="gelber-polo",
    saw="Ja! Der stand um halb eins bei mir vor der Tür, mit zwei Männern darin.\n"
    "Das Kennzeichen endete auf 7-XK.\n\nGruß,\nJan de Wit\njan.dewit@mail.example",
    thanks="Danke, das hilft uns wirklich.\nDürfen wir uns morgen um zehn Uhr die Bilder Ihrer Türkamera ansehen?",
    away=Text(
        "Abwesend: Wer hat einen gelben Polo gesehen?", "Ich bin bis zum 8. Dezember im Urlaub.\n\nLucia Romano\n"
    ),
    forged=Text(
        "Dringend: Prüfen Sie Ihr Bankkonto",
        "Liebe Anwohner,\n\nEinbrecher haben Bankdaten erbeutet. Prüfen Sie Ihre sofort auf\n"
        "https://sicher-anmelden.example/bank\n\nPolitie Utrecht-Oost\n",
    ),
    lure="sicher-anmelden.example",
    council=Text(
        "Donnerstag: Rundgang durchs Viertel",
        "Donnerstag um 19 Uhr gehen wir mit Ihnen durchs Viertel:\nBeleuchtung, Grün, dunkle Ecken.\n\n"
        "Wir beginnen am Eingang des Parks. Sie sind willkommen.\n",
    ),
    news=Text(
        "Transporter mit offener Tür bei der Schule",
        "Seit einer Stunde steht ein weißer Transporter mit offener Tür beim Fahrradschuppen.\n"
        "Niemand ist dabei.\n\nFatima El Idrissi\nf.elidrissi@school.example\n",
    ),
    wrote="Am Dienstag schrieb {name}:",
    tom="Tom (Fußzeile auf Englisch)",
    authorities={"police": "die Polizei", "council": "die Gemeinde"},
    receivers={"police": "polizei", "council": "gemeinde", "coordinator": "koordinatorin"},
    gets="erhaelt",
    files={
        "bulletin": "mitteilung",
        "reply": "antwort-von-mitglied",
        "answer": "antwort",
        "report": "meldung",
        "thanks": "bestaetigung",
        "notice": "hinweis",
    },
    claims=Claims(
        bulletin_all="Alle {count} Mitglieder bekamen es, jedes einmal.",
        bulletin_hidden="In keiner der Mails steht ein Name oder eine Adresse eines Mitglieds.",
        bulletin_from="Es kommt von der Adresse der Koordinatorin: Antworten kommen dort wieder an.",
        bulletin_picture="Foto und Gestaltung sind unversehrt.",
        bulletin_emergency="Unten steht: 112, wenn es eilt, sonst 0900-8844.",
        filed="Die Mail liegt jetzt im Ordner {folder}.",
        reply_police="Die Antwort ging an die Polizei und an niemanden sonst.",
        reply_hidden="Jans Name und Adresse stehen nicht darin, auch nicht in seiner Unterschrift.",
        reply_tag="Die Polizei sieht nur einen Code.",
        reply_words="Was Jan schrieb, kam an.",
        reply_thanks="Jan bekam eine Bestätigung, so verschickt, dass kein Mailprogramm darauf antwortet.",
        answer_one="Jan bekam die Antwort, und niemand sonst.",
        answer_words="Was die Polizei schrieb, kam an.",
        away_nobody="Keine einzige Mail ging hinaus.",
        forged_waits="Die Mail wartet im Ordner {folder}.",
        forged_notice="Anna bekam einen Hinweis; sonst bekam niemand etwas.",
        forged_words="Der Link des Betrügers steht nicht in diesem Hinweis.",
        council_waits="Zuerst bekam nur Anna einen Hinweis; die Mail wartete.",
        council_all="Nach dem Ziehen bekamen es alle {count} Mitglieder, jedes einmal.",
        council_from="Es ging im Namen der Gemeinde hinaus.",
        news_police="Die Meldung ging an die Polizei und an niemanden sonst.",
        news_hidden="Fatimas Name und ihre zwei Adressen stehen nicht darin.",
        news_tag="Die Polizei sieht einen anderen Code als den von Jan.",
        news_thanks="Fatima bekam die Bestätigung an ihre eigene Adresse, nicht bei der Arbeit.",
        end_once="Niemand bekam etwas doppelt: {mails} Mails, zusammen {copies} Mal zugestellt.",
        end_hidden="Keine dieser Mails zeigt Namen oder Adresse eines anderen Mitglieds.",
        end_inbox="Der Posteingang ist leer. Nur die gefälschte Mail wartet noch auf Anna.",
        end_well="binrelay meldet, dass alles in Ordnung ist.",
    ),
    seen="gesehen: {seen}",
    summary="Hat alles gestimmt?",
    mails_in="Alle Mails liegen zum Öffnen bereit in: {folder}",
    too_late="Nach {seconds} Sekunden war die Geschichte nicht zu Ende. Gewartet wurde auf: {what}",
    failed="Die Geschichte konnte nicht erzählt werden: {error}",
    daemon_said="Das Letzte, was binrelay in sein Protokoll schrieb:",
    interrupted="Abgebrochen.",
    serving=Serving(
        title="Jetzt Sie: Spielen Sie alle Rollen in einem Mailprogramm",
        settings="Wählen Sie in Thunderbird für ein neues Konto „Manuell einrichten“ und geben Sie ein:",
        security="Sicherheit: keine, Passwort: normal",
        login="Der Benutzername ist die Mailadresse. Das Passwort ist für alle gleich: {password}",
        member="Mitglied",
        coordinator="Anna, Koordinatorin: die Hinweise",
        mailbox="binrelay liest, Anna zieht hier",
        try_title="Probieren Sie:",
        tries=(
            "Schreiben Sie als Polizei an {address}: Alle Mitglieder bekommen es.",
            "Antworten Sie als Jan, und dann wieder als Polizei.",
            "Schreiben Sie als Jan, aber mit der Adresse der Polizei als Absender: Das wartet.",
            "Ziehen Sie eine wartende Mail von {held} nach {release}.",
        ),
        proof="Die Demo spielt auch den Mailanbieter: Nur wer sich mit der eigenen Adresse anmeldet, ist bewiesen.",
        ends="Was ankommt, sehen Sie unten. Beenden: Strg-C",
        ended="Beendet. Nur der Ordner mit den Mails ist noch da.",
        moved="Port {wanted} ist belegt",
    ),
)
