"""Het verhaal in het Nederlands."""

from __future__ import annotations

from binrelay.demo.stories import Claims, Labels, SceneWords, Serving, Text, Words

WORDS = Words(
    title="De gele Polo",
    intro="Zes buren, de politie, de gemeente, en Anna die de buurt coördineert. Iedereen mailt gewoon naar één adres;"
    " binrelay leest die mailbox en geeft door wat kan. De mailservers en binrelay hieronder zijn echt, maar draaien"
    " alleen op deze computer: er gaat niets het internet op.",
    starting="De mailservers en binrelay starten …",
    scenes=(
        SceneWords(
            "De politie zoekt een gele Polo",
            "wie het bericht nog meer kreeg. De buren weten het niet van elkaar, de politie van niemand.",
        ),
        SceneWords(
            "Jan heeft iets gezien en drukt op Beantwoorden",
            "dat dit van Jan komt. De politie ziet een code, zijn buren merken niets.",
        ),
        SceneWords(
            "De politie antwoordt op die mail",
            "wat de politie aan Jan schrijft. En de politie weet nog steeds niet dat hij Jan is.",
        ),
        SceneWords(
            "Lucia is op vakantie; haar mailprogramma antwoordt vanzelf",
            "dat haar huis leegstaat.",
        ),
        SceneWords(
            "Een oplichter mailt uit naam van de politie",
            "waar de oplichter de buren naartoe wilde lokken.",
        ),
        SceneWords(
            "De gemeente schrijft; Anna wil haar berichten eerst zelf lezen",
            "wie het bericht kreeg. Dat weet ook de gemeente niet.",
        ),
        SceneWords(
            "Fatima meldt zelf iets, vanaf haar werk",
            "wie Fatima is en waar zij werkt.",
        ),
    ),
    labels=Labels(
        arrives="komt binnen",
        proof="bewijs",
        decides="binrelay",
        why="want",
        receives="ontvangt",
        sender="van",
        subject="onderwerp",
        nobody="Niemand krijgt hier iets van.",
        unknown="geheim blijft",
    ),
    decisions={
        "bulletin": "stuurt dit als bericht naar alle leden",
        "reply": "geeft het antwoord door, zonder naam",
        "answer": "geeft het antwoord aan dat ene lid",
        "report": "geeft de melding door, zonder naam",
        "hold": "houdt de mail vast tot de coördinator beslist",
        "ignore": "legt de mail weg",
        "bounce": "onthoudt dat een mail niet aankwam",
        "leave": "laat de mail in de inbox liggen",
    },
    rule="regel {rule}",
    proven="De mailprovider bevestigt: dit komt echt van {domain}.",
    unproven="De mailprovider waarschuwt: dit komt niet van {domain}.",
    dragged="sleept de mail in haar mailprogramma naar de map {folder}",
    polo=Text(
        "Wie zag een gele Polo?",
        "Vannacht is ingebroken aan de Parkstraat.\nDe daders reden weg in een gele Volkswagen Polo.\n\n"
        "Heeft u die auto gezien, of staat hij op uw deurbelcamera?\nLaat het ons weten.\n\n"
        "Sanne de Boer, wijkagent\n",
    ),
    picture="gele-polo",
    saw="Ja! Die stond om half een bij mij voor de deur, met twee mannen erin.\n"
    "Het kenteken eindigde op 7-XK.\n\nGroet,\nJan de Wit\njan.dewit@mail.example",
    thanks="Dank u, dat helpt ons echt.\nMogen wij morgen om tien uur de beelden van uw deurbelcamera bekijken?",
    away=Text("Afwezig: Wie zag een gele Polo?", "Ik ben tot en met 8 december op vakantie.\n\nLucia Romano\n"),
    forged=Text(
        "Dringend: controleer uw bankrekening",
        "Bewoners,\n\nInbrekers hebben bankgegevens buitgemaakt. Controleer de uwe direct op\n"
        "https://veilig-inloggen.example/bank\n\nPolitie Utrecht-Oost\n",
    ),
    lure="veilig-inloggen.example",
    council=Text(
        "Donderdag buurtschouw",
        "Donderdag om 19.00 uur lopen wij met u door de wijk:\nverlichting, groen, donkere hoekjes.\n\n"
        "Wij beginnen bij de ingang van het park. U bent welkom.\n",
    ),
    news=Text(
        "Busje met open deur bij de school",
        "Er staat al een uur een wit busje met open deur bij het fietsenhok.\nEr is niemand bij.\n\n"
        "Fatima El Idrissi\nf.elidrissi@school.example\n",
    ),
    wrote="Op dinsdag schreef {name}:",
    tom="Tom (voettekst in het Engels)",
    authorities={"police": "de politie", "council": "de gemeente"},
    receivers={"police": "politie", "council": "gemeente"},
    gets="krijgt",
    files={
        "bulletin": "bericht",
        "reply": "antwoord-van-lid",
        "answer": "antwoord",
        "report": "melding",
        "thanks": "bevestiging",
        "notice": "seintje",
    },
    claims=Claims(
        bulletin_all="Alle {count} leden kregen het, ieder één keer.",
        bulletin_hidden="In geen van de mails staat een naam of adres van een lid.",
        bulletin_from="Het komt van het adres van de coördinator: antwoorden komen daar weer aan.",
        bulletin_picture="De foto en de opmaak zijn ongeschonden.",
        bulletin_emergency="Onderaan staat: 112 bij spoed, anders 0900-8844.",
        filed="De mail ligt nu in de map {folder}.",
        reply_police="Het antwoord ging naar de politie en naar niemand anders.",
        reply_hidden="Jans naam en adres staan er niet in, ook niet in zijn ondertekening.",
        reply_tag="De politie ziet alleen een code.",
        reply_words="Wat Jan schreef, kwam over.",
        reply_thanks="Jan kreeg één bevestiging, zo verstuurd dat geen mailprogramma erop antwoordt.",
        answer_one="Jan kreeg het antwoord, en niemand anders.",
        answer_words="Wat de politie schreef, kwam over.",
        away_nobody="Er ging geen enkele mail uit.",
        forged_waits="De mail wacht in de map {folder}.",
        forged_notice="Anna kreeg een seintje; verder kreeg niemand iets.",
        forged_words="De link van de oplichter staat niet in dat seintje.",
        council_waits="Eerst kreeg alleen Anna een seintje; de mail wachtte.",
        council_all="Na het slepen kregen alle {count} leden het, ieder één keer.",
        council_from="Het ging uit in naam van de gemeente.",
        news_police="De melding ging naar de politie en naar niemand anders.",
        news_hidden="Fatima's naam en haar twee adressen staan er niet in.",
        news_tag="De politie ziet een andere code dan die van Jan.",
        news_thanks="Fatima kreeg de bevestiging op haar eigen adres, niet op haar werk.",
        end_once="Niemand kreeg iets dubbel: {mails} mails, samen {copies} keer bezorgd.",
        end_hidden="In geen van die mails staat een naam of adres van een ander lid.",
        end_inbox="De inbox is leeg. Alleen de vervalste mail wacht nog op Anna.",
        end_well="binrelay meldt dat alles goed is.",
    ),
    seen="gezien: {seen}",
    summary="Klopte het allemaal?",
    mails_in="Alle mails liggen klaar om te openen in: {folder}",
    too_late="Na {seconds} seconden was het verhaal nog niet uit. Er werd gewacht op: {what}",
    failed="Het verhaal kon niet worden verteld: {error}",
    daemon_said="Het laatste wat binrelay in zijn logboek schreef:",
    interrupted="Afgebroken.",
    serving=Serving(
        title="Nu u: speel alle rollen in een mailprogramma",
        settings="Kies in Thunderbird bij een nieuw account “Handmatig configureren”, en vul in:",
        security="beveiliging: geen, wachtwoord: normaal",
        login="De gebruikersnaam is het mailadres. Het wachtwoord is voor iedereen: {password}",
        member="lid",
        coordinator="Anna, coördinator: krijgt seintjes",
        mailbox="hier leest binrelay, hier sleept Anna",
        try_title="Probeer eens:",
        tries=(
            "Mail als de politie naar {address}: alle leden krijgen het.",
            "Beantwoord het als Jan, en dan weer als de politie.",
            "Mail als Jan, maar zet als afzender het adres van de politie: dat wacht.",
            "Sleep een wachtende mail van {held} naar {release}.",
        ),
        proof="De demo speelt ook mailprovider: alleen wie met zijn eigen adres inlogt, is bewezen.",
        ends="Wat binnenkomt, ziet u hieronder. Stoppen: Ctrl-C",
        ended="Gestopt. Alleen de map met mails is er nog.",
        moved="poort {wanted} is bezet",
    ),
)
