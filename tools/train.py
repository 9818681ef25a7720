#!/usr/bin/env python
"""Trains the model of a config: ``mmmtl train``."""

import sys

from mmmtl.commands import train
from mmmtl.commands.program import run_program

if __name__ == '__main__':
    sys.exit(run_program(train))
