"""Writes the report of a benchmark: ``mmmtl report``."""

import sys

from mmmtl.commands.program import run_program
from mmmtl_bench.commands import report

if __name__ == '__main__':
    sys.exit(run_program(report))
