"""Converts the slow files of PASCAL-Context: ``mmmtl data pascal-context``."""

import sys

from mmmtl.commands.data import pascal_context
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(pascal_context))
