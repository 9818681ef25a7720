"""Writes a reduced copy of CityScapes: ``mmmtl data cityscapes``."""

import sys

from mmmtl.commands.data import cityscapes
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(cityscapes))
