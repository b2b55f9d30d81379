"""Gather, decide, apply. Workers know the ports and the rules, and no library of the outside world."""
