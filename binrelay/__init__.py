"""binrelay passes on a neighbourhood's mail between authorities and residents, and exposes nobody."""

__version__ = "1.0.0"
