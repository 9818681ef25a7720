#!/usr/bin/env python
"""Tests a checkpoint: ``mmmtl test``."""

import sys

from mmmtl.commands import test
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(test))
