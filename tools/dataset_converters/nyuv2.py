"""Converts the official file of NYUv2: ``mmmtl data nyuv2``."""

import sys

from mmmtl.commands.data import nyuv2
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(nyuv2))
