"""Runs a benchmark: ``mmmtl benchmark``."""

import sys

from mmmtl.commands.program import run_program
from mmmtl_bench.commands import benchmark

if __name__ == '__main__':
    sys.exit(run_program(benchmark))
