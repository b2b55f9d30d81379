"""Decisions of a neighbourhood network. Pure: facts in, values out; time, dice and ids are arguments."""
