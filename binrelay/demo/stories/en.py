"""The story in English."""

from __future__ import annotations

from binrelay.demo.stories import Claims, Labels, SceneWords, Serving, Text, Words

WORDS = Words(
    title="The yellow Polo",
    intro="Six neighbours, the police, the council, and Anna who coordinates the neighbourhood. Everybody simply mails"
    " one address; binrelay reads that mailbox and passes on what may be passed on. The mail servers and the binrelay"
    " below are real, but run on this computer only: nothing goes out to the internet.",
    starting="The mail servers and binrelay are starting …",
    scenes=(
        SceneWords(
            "The police look for a yellow Polo",
            "who else received it. Neighbours do not know it of each other, the police of nobody.",
        ),
        SceneWords(
            "Jan saw something and hits Reply",
            "that this comes from Jan. The police see a code, his neighbours notice nothing.",
        ),
        SceneWords(
            "The police answer that mail",
            "what the police write to Jan. And the police still do not know that he is Jan.",
        ),
        SceneWords(
            "Lucia is on holiday; her mail program answers by itself",
            "that nobody is at her home.",
        ),
        SceneWords(
            "A swindler writes in the name of the police",
            "where the swindler wanted to lure the neighbours.",
        ),
        SceneWords(
            "The council writes; Anna wants to read its messages first",
            "who received it. The council does not know either.",
        ),
        SceneWords(
            "Fatima reports something herself, from work",
            "who Fatima is and where she works.",
        ),
    ),
    labels=Labels(
        arrives="comes in",
        proof="proof",
        decides="binrelay",
        why="because",
        receives="receives",
        sender="from",
        subject="subject",
        nobody="Nobody receives anything of this.",
        unknown="stays secret",
    ),
    decisions={
        "bulletin": "sends this to all members as a bulletin",
        "reply": "passes the reply on, without a name",
        "answer": "gives the answer to that one member",
        "report": "passes the report on, without a name",
        "hold": "keeps the mail until the coordinator decides",
        "ignore": "puts the mail away",
        "bounce": "remembers that a mail did not arrive",
        "leave": "leaves the mail in the inbox",
    },
    rule="rule {rule}",
    proven="The mail provider confirms: this really comes from {domain}.",
    unproven="The mail provider warns: this does not come from {domain}.",
    dragged="drags the mail to the folder {folder}, in her mail program",
    polo=Text(
        "Who saw a yellow Polo?",
        "Last night there was a burglary in Park Street.\nThe burglars drove off in a yellow Volkswagen Polo.\n\n"
        "Did you see that car, or is it on your doorbell camera?\nPlease let us know.\n\n"
        "Sanne de Boer, community officer\n",
    ),
    picture="yellow-polo",
    saw="Yes! It stood in front of my door at half past midnight, with two men in it.\n"
    "The number plate ended in 7-XK.\n\nRegards,\nJan de Wit\njan.dewit@mail.example",
    thanks="Thank you, that really helps us.\nMay we come and look at your doorbell pictures tomorrow at ten?",
    away=Text("Out of office: Who saw a yellow Polo?", "I am on holiday until 8 December.\n\nLucia Romano\n"),
    forged=Text(
        "Urgent: check your bank account",
        "Dear residents,\n\nBurglars have stolen bank details. Check yours at once on\n"
        "https://safe-login.example/bank\n\nPolitie Utrecht-Oost\n",
    ),
    lure="safe-login.example",
    council=Text(
        "Thursday: a walk round the neighbourhood",
        "Thursday at 7 pm we walk through the neighbourhood with you:\nstreet lights, bushes, dark corners.\n\n"
        "We start at the gate of the park. You are welcome.\n",
    ),
    news=Text(
        "Van with an open door near the school",
        "A white van has been standing by the bicycle shed for an hour, its door open.\nThere is nobody with it.\n\n"
        "Fatima El Idrissi\nf.elidrissi@school.example\n",
    ),
    wrote="On Tuesday {name} wrote:",
    tom="Tom (footer in Dutch)",
    authorities={"police": "the police", "council": "the council"},
    receivers={},
    gets="receives",
    files={
        "bulletin": "bulletin",
        "reply": "reply-of-member",
        "answer": "answer",
        "report": "report",
        "thanks": "confirmation",
        "notice": "notice",
    },
    claims=Claims(
        bulletin_all="All {count} members received it, once each.",
        bulletin_hidden="No name and no address of a member stands in any of the mails.",
        bulletin_from="It comes from the coordinator's address: that is where answers go again.",
        bulletin_picture="The photo and the layout are unharmed.",
        bulletin_emergency="At the bottom it says: 112 when urgent, else 0900-8844.",
        filed="The mail now lies in the folder {folder}.",
        reply_police="The reply went to the police and to nobody else.",
        reply_hidden="Jan's name and address are not in it, not even in his signature.",
        reply_tag="The police see a code only.",
        reply_words="What Jan wrote came across.",
        reply_thanks="Jan received one confirmation, sent in such a way that no mail program answers it.",
        answer_one="Jan received the answer, and nobody else did.",
        answer_words="What the police wrote came across.",
        away_nobody="Not a single mail went out.",
        forged_waits="The mail waits in the folder {folder}.",
        forged_notice="Anna received a notice; nobody else received anything.",
        forged_words="The swindler's link is not in that notice.",
        council_waits="At first only Anna received a notice; the mail waited.",
        council_all="After the drag all {count} members received it, once each.",
        council_from="It went out in the name of the council.",
        news_police="The report went to the police and to nobody else.",
        news_hidden="Fatima's name and her two addresses are not in it.",
        news_tag="The police see another code than Jan's.",
        news_thanks="Fatima received the confirmation at her own address, not at work.",
        end_once="Nobody received anything twice: {mails} mails, delivered {copies} times in all.",
        end_hidden="None of those mails shows a name or address of another member.",
        end_inbox="The inbox is empty. Only the forged mail still waits for Anna.",
        end_well="binrelay says that all is well.",
    ),
    seen="seen: {seen}",
    summary="Was it all as it should be?",
    mails_in="All mails, ready to open, are in: {folder}",
    too_late="After {seconds} seconds the story had not come to its end. Waited for: {what}",
    failed="The story could not be told: {error}",
    daemon_said="The last that binrelay wrote in its log:",
    interrupted="Interrupted.",
    serving=Serving(
        title="Your turn: play all parts in a mail program",
        settings="In Thunderbird choose “Configure manually” for a new account, and fill in:",
        security="security: none, password: normal",
        login="The user name is the mail address. The password is the same for everybody: {password}",
        member="member",
        coordinator="Anna, coordinator: gets the notices",
        mailbox="binrelay reads it, Anna drags in it",
        try_title="Try this:",
        tries=(
            "Mail {address} as the police: all members receive it.",
            "Reply to it as Jan, and then again as the police.",
            "Mail as Jan, but put the address of the police as the sender: that waits.",
            "Drag a waiting mail from {held} to {release}.",
        ),
        proof="The demo plays the mail provider too: only who logs in with their own address is proven.",
        ends="What comes in is shown below. To stop: Ctrl-C",
        ended="Stopped. Only the folder of mails is left.",
        moved="port {wanted} is taken",
    ),
)
