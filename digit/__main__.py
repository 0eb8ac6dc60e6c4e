"""`python -m digit`: the command line."""

import sys

from digit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
