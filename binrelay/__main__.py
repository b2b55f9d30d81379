"""`python -m binrelay` is the command `binrelay`."""

from binrelay.cli import main

if __name__ == "__main__":
    main()
