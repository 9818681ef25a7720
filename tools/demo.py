"""Trains a small MTAN on rendered scenes: ``mmmtl demo``."""

import sys

from mmmtl.commands import demo
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(demo))
