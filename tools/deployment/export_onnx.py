"""Exports a network: ``mmmtl export``."""

import sys

from mmmtl.commands import export
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(export))
