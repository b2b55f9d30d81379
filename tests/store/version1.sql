-- A store as version 1 of the schema left it: one bulletin queued, one mail held.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE arrivals (
	id TEXT NOT NULL, 
	network TEXT NOT NULL, 
	digest TEXT NOT NULL, 
	decision TEXT NOT NULL, 
	rule INTEGER NOT NULL, 
	why TEXT NOT NULL, 
	state TEXT NOT NULL, 
	partner TEXT, 
	author_key TEXT, 
	author_spelled TEXT, 
	message_id TEXT, 
	subject TEXT NOT NULL, 
	arrived DOUBLE NOT NULL, 
	decided DOUBLE NOT NULL, 
	size BIGINT NOT NULL, 
	releases TEXT NOT NULL, 
	reaches INTEGER NOT NULL, 
	told BOOLEAN DEFAULT 0 NOT NULL, 
	asked TEXT, 
	content_id INTEGER, 
	CONSTRAINT pk_arrivals PRIMARY KEY (id), 
	CONSTRAINT uq_arrivals_network_digest UNIQUE (network, digest), 
	CONSTRAINT uq_arrivals_content_id UNIQUE (content_id), 
	CONSTRAINT fk_arrivals_content_id FOREIGN KEY(content_id) REFERENCES contents (id) ON DELETE SET NULL
);
INSERT INTO "arrivals" VALUES('AAAA0001','wilhelminapark','digest-1','bulletin',10,'partner-speaks','done','politie','wijkagent@politie.example','wijkagent@politie.example','original-1@politie.example','Yellow Polo',999995.0,1000000.0,1234,'nothing',3,0,NULL,NULL);
INSERT INTO "arrivals" VALUES('HELD0001','wilhelminapark','digest-held','hold',8,'unmatched-reply','held','politie','wijkagent@politie.example','wijkagent@politie.example','held-1@politie.example','Re: Yellow Polo',999995.0,1000000.0,99,'bulletin',3,0,NULL,2);
CREATE TABLE bounces (
	id INTEGER NOT NULL, 
	network TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	spelled TEXT NOT NULL, 
	status TEXT, 
	action TEXT NOT NULL, 
	mail TEXT, 
	at DOUBLE NOT NULL, 
	CONSTRAINT pk_bounces PRIMARY KEY (id)
);
CREATE TABLE bulletins (
	network TEXT NOT NULL, 
	id TEXT NOT NULL, 
	partner TEXT, 
	message_id TEXT NOT NULL, 
	original_id TEXT, 
	subject TEXT NOT NULL, 
	subject_key TEXT NOT NULL, 
	sent_at DOUBLE NOT NULL, 
	replied BOOLEAN NOT NULL, 
	CONSTRAINT pk_bulletins PRIMARY KEY (network, id)
);
INSERT INTO "bulletins" VALUES('wilhelminapark','B1','politie','ours-1@bin.example','original-1@politie.example','Yellow  Polo','yellow polo',1000000.0,0);
CREATE TABLE contents (
	id INTEGER NOT NULL, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_contents PRIMARY KEY (id)
);
INSERT INTO "contents" VALUES(1,X'5375626A6563743A2059656C6C6F7720506F6C6F0D0A0D0A4C6F6F6B206F75742E0D0A');
INSERT INTO "contents" VALUES(2,X'7468652068656C64206D61696C');
CREATE TABLE conversations (
	network TEXT NOT NULL, 
	tag TEXT NOT NULL, 
	member_key TEXT NOT NULL, 
	member_spelled TEXT NOT NULL, 
	partner TEXT, 
	bulletin TEXT, 
	last_id TEXT, 
	partner_last_id TEXT, 
	acknowledged_at DOUBLE, 
	updated DOUBLE NOT NULL, 
	CONSTRAINT pk_conversations PRIMARY KEY (network, tag)
);
CREATE TABLE left_mails (
	network TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	digest TEXT NOT NULL, 
	CONSTRAINT pk_left_mails PRIMARY KEY (network, uidvalidity, uid)
);
CREATE TABLE mails (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	network TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	reverse_key TEXT, 
	reverse_spelled TEXT, 
	verp BOOLEAN NOT NULL, 
	bulletin TEXT, 
	conversation TEXT, 
	may_name TEXT NOT NULL, 
	created DOUBLE NOT NULL, 
	content_id INTEGER, 
	CONSTRAINT pk_mails PRIMARY KEY (id), 
	CONSTRAINT uq_mails_key UNIQUE ("key"), 
	CONSTRAINT uq_mails_content_id UNIQUE (content_id), 
	CONSTRAINT fk_mails_content_id FOREIGN KEY(content_id) REFERENCES contents (id) ON DELETE SET NULL
);
INSERT INTO "mails" VALUES(1,'mail-1','wilhelminapark','bulletin','ours-1@bin.example','coordinator@bin.example','coordinator@bin.example',0,'B1',NULL,'[]',1000000.0,1);
CREATE TABLE message_ids (
	network TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	ours BOOLEAN NOT NULL, 
	bulletin TEXT, 
	conversation TEXT, 
	created DOUBLE NOT NULL, 
	CONSTRAINT pk_message_ids PRIMARY KEY (network, message_id)
);
INSERT INTO "message_ids" VALUES('wilhelminapark','original-1@politie.example',0,'B1',NULL,1000000.0);
INSERT INTO "message_ids" VALUES('wilhelminapark','ours-1@bin.example',1,'B1',NULL,1000000.0);
CREATE TABLE recipients (
	id INTEGER NOT NULL, 
	mail_id INTEGER NOT NULL, 
	network TEXT NOT NULL, 
	urgency INTEGER NOT NULL, 
	"key" TEXT, 
	spelled TEXT, 
	state TEXT DEFAULT 'queued' NOT NULL, 
	attempts INTEGER DEFAULT '0' NOT NULL, 
	uncertain INTEGER DEFAULT '0' NOT NULL, 
	due DOUBLE NOT NULL, 
	claimed_until DOUBLE, 
	code INTEGER DEFAULT '0' NOT NULL, 
	status TEXT, 
	text TEXT DEFAULT '' NOT NULL, 
	done_at DOUBLE, 
	CONSTRAINT pk_recipients PRIMARY KEY (id), 
	CONSTRAINT uq_recipients_mail_id_key UNIQUE (mail_id, "key"), 
	CONSTRAINT fk_recipients_mail_id FOREIGN KEY(mail_id) REFERENCES mails (id) ON DELETE CASCADE
);
INSERT INTO "recipients" VALUES(1,1,'wilhelminapark',3,'member0@mail.example','member0@mail.example','queued',0,0,1000000.0,NULL,0,NULL,'',NULL);
INSERT INTO "recipients" VALUES(2,1,'wilhelminapark',3,'member1@mail.example','member1@mail.example','queued',0,0,1000000.0,NULL,0,NULL,'',NULL);
INSERT INTO "recipients" VALUES(3,1,'wilhelminapark',3,'member2@mail.example','member2@mail.example','queued',0,0,1000000.0,NULL,0,NULL,'',NULL);
CREATE TABLE stumbles (
	network TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	room TEXT NOT NULL, 
	uid BIGINT NOT NULL, 
	times INTEGER NOT NULL, 
	error TEXT NOT NULL, 
	CONSTRAINT pk_stumbles PRIMARY KEY (network, uidvalidity, room, uid)
);
CREATE TABLE watches (
	network TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	first_uid BIGINT NOT NULL, 
	since DOUBLE NOT NULL, 
	left_alone INTEGER NOT NULL, 
	CONSTRAINT pk_watches PRIMARY KEY (network)
);
CREATE INDEX ix_bulletins_recent ON bulletins (network, partner, sent_at);
CREATE INDEX ix_bulletins_subject ON bulletins (network, subject_key, sent_at);
CREATE INDEX ix_conversations_member ON conversations (network, member_key);
CREATE INDEX ix_bounces_key ON bounces ("key");
CREATE INDEX ix_arrivals_waiting ON arrivals (state, network);
CREATE INDEX ix_mails_recent ON mails (network, kind, created);
CREATE INDEX ix_recipients_done ON recipients (network, done_at, state) WHERE done_at IS NOT NULL;
CREATE INDEX ix_recipients_open ON recipients (mail_id, due) WHERE done_at IS NULL;
CREATE INDEX ix_recipients_due ON recipients (network, urgency, due) WHERE done_at IS NULL;
COMMIT;
