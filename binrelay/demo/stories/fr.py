"""L'histoire en français."""

from __future__ import annotations

from binrelay.demo.stories import Claims, Labels, SceneWords, Serving, Text, Words

WORDS = Words(
    title="La Polo jaune",
    intro="Six voisins, la police, la commune, et Anna qui coordonne le quartier. Chacun écrit simplement à une seule"
    " adresse ; binrelay lit cette boîte et transmet ce qui peut l'être. Les serveurs de mail et le binrelay"
    " ci-dessous sont vrais, mais ne tournent que sur cet ordinateur : rien ne part sur internet.",
    starting="Les serveurs de mail et binrelay démarrent …",
    scenes=(
        SceneWords(
            "La police cherche une Polo jaune",
            "qui d'autre l'a reçu. Les voisins ne le savent pas entre eux, la police de personne.",
        ),
        SceneWords(
            "Jan a vu quelque chose et clique sur Répondre",
            "que cela vient de Jan. La police voit un code, ses voisins ne remarquent rien.",
        ),
        SceneWords(
            "La police répond à ce mail",
            "ce que la police écrit à Jan. Et la police ne sait toujours pas qu'il est Jan.",
        ),
        SceneWords(
            "Lucia est en vacances ; son logiciel de mail répond tout seul",
            "que sa maison est vide.",
        ),
        SceneWords(
            "Un escroc écrit au nom de la police",
            "où l'escroc voulait attirer les voisins.",
        ),
        SceneWords(
            "La commune écrit ; Anna veut d'abord lire ses messages",
            "qui l'a reçu. La commune ne le sait pas non plus.",
        ),
        SceneWords(
            "Fatima signale elle-même quelque chose, depuis son travail",
            "qui est Fatima et où elle travaille.",
        ),
    ),
    labels=Labels(
        arrives="arrive",
        proof="preuve",
        decides="binrelay",
        why="car",
        receives="reçoit",
        sender="de",
        subject="objet",
        nobody="Personne n'en reçoit rien.",
        unknown="reste secret",
    ),
    decisions={
        "bulletin": "l'envoie comme message à tous les membres",
        "reply": "transmet la réponse, sans nom",
        "answer": "donne la réponse à ce seul membre",
        "report": "transmet le signalement, sans nom",
        "hold": "garde le mail jusqu'à ce que la coordinatrice décide",
        "ignore": "range le mail",
        "bounce": "retient qu'un mail n'est pas arrivé",
        "leave": "laisse le mail dans la boîte de réception",
    },
    rule="règle {rule}",
    proven="Le fournisseur de mail confirme : cela vient vraiment de {domain}.",
    unproven="Le fournisseur de mail avertit : cela ne vient pas de {domain}.",
    dragged="glisse le mail dans le dossier {folder}, dans son logiciel de mail",
    polo=Text(
        "Qui a vu une Polo jaune ?",
        "Cette nuit, on a cambriolé une maison rue du Parc.\n"
        "Les voleurs sont partis dans une Volkswagen Polo jaune.\n\n"
        "Avez-vous vu cette voiture, ou est-elle sur votre caméra de sonnette ?\nDites-le-nous.\n\n"
        "Sanne de Boer, agente de quartier\n",
    ),
    picture="polo-jaune",
    saw="Oui ! Elle était devant ma porte à minuit et demi, avec deux hommes dedans.\n"
    "La plaque se terminait par 7-XK.\n\nSalutations,\nJan de Wit\njan.dewit@mail.example",
    thanks="Merci, cela nous aide vraiment.\n"
    "Pouvons-nous venir voir les images de votre sonnette demain à dix heures ?",
    away=Text("Absence : Qui a vu une Polo jaune ?", "Je suis en vacances jusqu'au 8 décembre.\n\nLucia Romano\n"),
    forged=Text(
        "Urgent : vérifiez votre compte bancaire",
        "Chers habitants,\n\nDes voleurs ont pris des données bancaires. Vérifiez tout de suite les vôtres sur\n"
        "https://connexion-sure.example/banque\n\nPolitie Utrecht-Oost\n",
    ),
    lure="connexion-sure.example",
    council=Text(
        "Jeudi : tour du quartier",
        "Jeudi à 19 heures, nous faisons avec vous le tour du quartier :\néclairage, verdure, coins sombres.\n\n"
        "Départ à l'entrée du parc. Vous êtes les bienvenus.\n",
    ),
    news=Text(
        "Camionnette à la porte ouverte près de l'école",
        "Depuis une heure, une camionnette blanche est là, porte ouverte, près de l'abri à vélos.\n"
        "Il n'y a personne.\n\nFatima El Idrissi\nf.elidrissi@school.example\n",
    ),
    wrote="Mardi, {name} a écrit :",
    tom="Tom (pied de page en anglais)",
    authorities={"police": "la police", "council": "la commune"},
    receivers={"council": "commune", "coordinator": "coordinatrice"},
    gets="recoit",
    files={
        "bulletin": "message",
        "reply": "reponse-de-membre",
        "answer": "reponse",
        "report": "signalement",
        "thanks": "confirmation",
        "notice": "avis",
    },
    claims=Claims(
        bulletin_all="Les {count} membres l'ont tous reçu, une fois chacun.",
        bulletin_hidden="Aucun nom et aucune adresse de membre ne figure dans ces mails.",
        bulletin_from="Il vient de l'adresse de la coordinatrice : les réponses y reviennent donc.",
        bulletin_picture="La photo et la mise en page sont intactes.",
        bulletin_emergency="En bas, on lit : 112 en cas d'urgence, sinon 0900-8844.",
        filed="Le mail est maintenant dans le dossier {folder}.",
        reply_police="La réponse est allée à la police et à personne d'autre.",
        reply_hidden="Le nom et l'adresse de Jan n'y sont pas, même pas dans sa signature.",
        reply_tag="La police ne voit qu'un code.",
        reply_words="Ce que Jan a écrit est bien passé.",
        reply_thanks="Jan a reçu une confirmation, envoyée de sorte qu'aucun logiciel n'y réponde.",
        answer_one="Jan a reçu la réponse, et personne d'autre.",
        answer_words="Ce que la police a écrit est bien passé.",
        away_nobody="Pas un seul mail n'est parti.",
        forged_waits="Le mail attend dans le dossier {folder}.",
        forged_notice="Anna a reçu un avis ; personne d'autre n'a rien reçu.",
        forged_words="Le lien de l'escroc n'est pas dans cet avis.",
        council_waits="D'abord, seule Anna a reçu un avis ; le mail attendait.",
        council_all="Ensuite, les {count} membres l'ont tous reçu, une fois chacun.",
        council_from="Il est parti au nom de la commune.",
        news_police="Le signalement est allé à la police et à personne d'autre.",
        news_hidden="Le nom de Fatima et ses deux adresses n'y sont pas.",
        news_tag="La police voit un autre code que celui de Jan.",
        news_thanks="Fatima a reçu la confirmation à son adresse personnelle, pas au travail.",
        end_once="Personne n'a rien reçu en double : {mails} mails, remis {copies} fois en tout.",
        end_hidden="Aucun de ces mails ne montre le nom ou l'adresse d'un autre membre.",
        end_inbox="La boîte de réception est vide. Seul le faux mail attend encore Anna.",
        end_well="binrelay dit que tout va bien.",
    ),
    seen="vu : {seen}",
    summary="Tout était-il juste ?",
    mails_in="Tous les mails, prêts à ouvrir, sont dans : {folder}",
    too_late="Après {seconds} secondes, l'histoire n'était pas finie. On attendait : {what}",
    failed="L'histoire n'a pas pu être racontée : {error}",
    daemon_said="Ce que binrelay a écrit en dernier dans son journal :",
    interrupted="Interrompu.",
    serving=Serving(
        title="À vous : jouez tous les rôles dans un logiciel de mail",
        settings="Dans Thunderbird, choisissez « Configuration manuelle » pour un nouveau compte, et indiquez :",
        security="sécurité : aucune, mot de passe : normal",
        login="Le nom d'utilisateur est l'adresse mail. Le mot de passe est le même pour tous : {password}",
        member="membre",
        coordinator="Anna, coordinatrice : reçoit les avis",
        mailbox="lue par binrelay, Anna y glisse",
        try_title="Essayez :",
        tries=(
            "Écrivez à {address} comme la police : tous les membres le reçoivent.",
            "Répondez comme Jan, puis de nouveau comme la police.",
            "Écrivez comme Jan, mais avec l'adresse de la police comme expéditeur : cela attend.",
            "Glissez un mail qui attend de {held} vers {release}.",
        ),
        proof="La démo joue aussi le fournisseur de mail : seul est prouvé qui se connecte avec sa propre adresse.",
        ends="Ce qui arrive est montré ci-dessous. Arrêter : Ctrl-C",
        ended="Arrêté. Il ne reste que le dossier des mails.",
        moved="le port {wanted} est pris",
    ),
)
