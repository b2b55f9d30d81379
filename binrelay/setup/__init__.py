"""From nothing to a first configuration: what `binrelay init` asks, tries and writes.

    providers   servers of mail providers that are known      pure
    answers     what was answered, checked key by key
    compose     the commented YAML                             pure
    words       the questions and comments, nl and en          pure
    discovery   servers of other domains, asked from DNS
    places      where files go, and who may read them
    trial       both logins, the folders, the server that judges authentication

Invariant: a password goes to a server only after a person (or the answers file) named or confirmed that server, and over
verified TLS; nothing that exists is overwritten.
"""
