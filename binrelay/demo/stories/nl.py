"""Het verhaal in het Nederlands."""

from __future__ import annotations

from binrelay.demo.stories import Claims, Labels, SceneWords, Serving, Text, Words

WORDS = Words(
    title="De gele Polo",
    intro="Zes buren, de politie, de gemeente en Anna, de coördinator. Iedereen mailt gewoon naar één adres; binrelay"
    " leest die mailbox. Alles hier is echt, maar draait alleen op deze computer: er gaat niets het internet op.",
    starting="De mailservers en binrelay starten …",
    scenes=(
        SceneWords(
            "De politie zoekt een gele Polo",
            "Wie het bericht nog meer kreeg. De buren niet, en de politie ook niet.",
        ),
        SceneWords(
            "Jan heeft iets gezien en drukt op Beantwoorden",
            "Dat dit van Jan komt. De politie ziet een code, zijn buren merken niets.",
        ),
        SceneWords(
            "De politie antwoordt op die mail",
            "Wat de politie aan Jan schrijft. En de politie weet nog steeds niet dat hij Jan heet.",
        ),
        SceneWords(
            "Lucia is op vakantie; haar mailprogramma antwoordt vanzelf",
            "Dat haar huis leegstaat.",
        ),
        SceneWords(
            "Een oplichter mailt uit naam van de politie",
            "Waar de oplichter de buren naartoe wilde lokken.",
        ),
        SceneWords(
            "De gemeente schrijft; Anna leest haar berichten eerst",
            "Wie het bericht kreeg. Ook de gemeente niet.",
        ),
        SceneWords(
            "Fatima meldt zelf iets, vanaf haar werk",
            "Wie Fatima is en waar zij werkt.",
        ),
    ),
    labels=Labels(
        arrives="er komt",
        proof="bewijs",
        decides="binrelay",
        why="want",
        receives="ontvangt",
        sender="van",
        subject="onderwerp",
        nobody="Niemand krijgt hier iets van.",
        unknown="geheim",
    ),
    decisions={
        "bulletin": "stuurt het als bericht naar alle leden",
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
    unproven="De mailprovider zegt: dit komt niet van {domain}.",
    dragged="sleept de mail in haar mailprogramma naar de map {folder}",
    polo=Text(
        "Wie zag een gele Polo?",
        "Vannacht is ingebroken aan de Parkstraat. De daders reden weg in een gele Volkswagen Polo.\n\n"
        "Heeft u die auto gezien, of staat hij op uw deurbelcamera? Laat het ons weten.\n\n"
        "Sanne de Boer, wijkagent\n",
    ),
    picture="gele-polo",
    saw="Ja! Die stond om half een bij mij voor de deur, met twee mannen erin.\n"
    "Het kenteken eindigde op 7-XK.\n\nGroet,\nJan de Wit\njan.dewit@mail.example",
    thanks="Dank u, dat helpt ons echt. Mogen wij morgen om tien uur de beelden\nvan uw deurbelcamera komen bekijken?",
    away=Text("Afwezig: Wie zag een gele Polo?", "Ik ben tot en met 8 december op vakantie.\n\nLucia Romano\n"),
    forged=Text(
        "Dringend: controleer uw bankrekening",
        "Bewoners,\n\nInbrekers hebben bankgegevens buitgemaakt. Controleer de uwe direct op\n"
        "https://veilig-inloggen.example/bank\n\nPolitie Utrecht-Oost\n",
    ),
    lure="veilig-inloggen.example",
    council=Text(
        "Donderdag buurtschouw",
        "Donderdag om 19.00 uur lopen wij met u door de wijk: verlichting, groen, donkere hoekjes.\n\n"
        "Wij beginnen bij de ingang van het park. U bent welkom.\n",
    ),
    news=Text(
        "Busje met open deur bij de school",
        "Er staat al een uur een wit busje met open achterdeur bij het fietsenhok.\nEr is niemand bij.\n\n"
        "Fatima El Idrissi\nf.elidrissi@school.example\n",
    ),
    wrote="Op dinsdag schreef {name}:",
    authorities={"police": "de politie", "council": "de gemeente"},
    gets="krijgt",
    files={
        "bulletin": "bericht",
        "reply": "antwoord-van-lid",
        "answer": "antwoord",
        "report": "melding",
        "thanks": "bevestiging",
        "notice": "bericht-dat-er-iets-wacht",
    },
    claims=Claims(
        bulletin_all="Alle {count} leden kregen het, ieder één keer.",
        bulletin_hidden="In geen van de mails staat een naam of adres van een lid.",
        bulletin_from="Het komt van het adres van de coördinator; daar komen antwoorden dus ook aan.",
        bulletin_picture="De foto en de opmaak zijn ongeschonden.",
        bulletin_emergency="Onderaan staat: 112 bij spoed, anders 0900-8844.",
        filed="De mail ligt nu in de map {folder}.",
        reply_police="Het antwoord ging naar de politie en naar niemand anders.",
        reply_hidden="Jans naam en adres staan er niet in, ook niet in zijn ondertekening.",
        reply_tag="De politie ziet alleen een code.",
        reply_words="Wat Jan schreef, kwam over.",
        reply_thanks="Jan kreeg een bevestiging; een andere machine zal daar niet op antwoorden.",
        answer_one="Jan kreeg het antwoord, en niemand anders.",
        answer_words="Wat de politie schreef, kwam over.",
        away_nobody="Er ging geen enkele mail uit.",
        forged_waits="De mail wacht in de map {folder}.",
        forged_notice="Anna kreeg bericht dat er iets wacht; verder kreeg niemand iets.",
        forged_words="De link van de oplichter staat daar niet in.",
        council_waits="Eerst kreeg alleen Anna bericht; de mail wachtte.",
        council_all="Na het slepen kregen alle {count} leden het, ieder één keer.",
        council_from="Het ging uit in naam van de gemeente.",
        news_police="De melding ging naar de politie en naar niemand anders.",
        news_hidden="Fatima's naam en haar twee adressen staan er niet in.",
        news_tag="De politie ziet een andere code dan die van Jan.",
        news_thanks="Fatima kreeg de bevestiging op haar eigen adres, niet op haar werk.",
        end_once="Niemand kreeg iets dubbel: {mails} mails, {copies} keer bezorgd.",
        end_hidden="In geen van die mails staat iets over een ander lid.",
        end_inbox="De inbox is leeg. Alleen de vervalste mail wacht nog op Anna.",
        end_well="binrelay meldt dat alles goed is.",
    ),
    seen="gezien: {seen}",
    summary="Wat er moest gebeuren",
    mails_in="Alle mails om te openen: {folder}",
    too_late="Na {seconds} seconden was het verhaal nog niet uit. Gewacht werd op: {what}",
    failed="Het verhaal kon niet worden verteld: {error}",
    daemon_said="Het laatste wat binrelay in zijn logboek schreef:",
    interrupted="Afgebroken.",
    serving=Serving(
        title="Nu u: speel alle rollen in een mailprogramma",
        settings="Maak in Thunderbird een account aan, kies “Handmatig configureren”:",
        security="geen versleuteling, normaal wachtwoord",
        login="Gebruikersnaam is het mailadres, het wachtwoord is voor iedereen: {password}",
        who="wie",
        member="lid",
        coordinator="coördinator: krijgt de meldingen",
        mailbox="de mailbox die binrelay leest; hier sleept Anna",
        try_title="Probeer eens:",
        tries=(
            "Mail als de politie naar {address}: alle leden krijgen het.",
            "Beantwoord het als Jan, en dan weer als de politie.",
            "Mail in naam van de politie, maar verzonden via de inlog van Jan: dat wacht.",
            "Sleep een wachtende mail van {held} naar {release}.",
        ),
        proof="De demo speelt de mailprovider: alleen wie met zijn eigen adres inlogt, is bewezen.",
        ends="Stoppen: Ctrl-C. Wat er binnenkomt, ziet u hieronder.",
        ended="Gestopt; er is niets achtergebleven behalve de map met mails.",
        moved="Poort {wanted} is bezet, daarom {port}.",
    ),
)
