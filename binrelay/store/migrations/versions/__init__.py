"""One module a version, from 1 on. A released one is never edited."""
