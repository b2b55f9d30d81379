"""Mail servers: IMAP, SMTP, LMTP. Adapters that keep the promises of `ports`; they decide nothing."""
