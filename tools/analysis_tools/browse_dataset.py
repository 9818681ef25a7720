"""Draws samples of a config's data set: ``mmmtl data browse``."""

import sys

from mmmtl.commands.data import browse
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(browse))
