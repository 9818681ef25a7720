"""Writes the report of a benchmark: tables next to published ones, and figures.

The command reads the folder of mmmtl benchmark. It can do so at any time, and names the runs that
are not finished. It writes report.md, report.csv, report.tex, report.html (one page that needs no
other file) and figures/. Nothing in the folder is executed, so the folder may come from a stranger;
see --trust.

Example:
    python -m mmmtl report work_dirs/embedded
    python -m mmmtl report work_dirs/embedded --average best --out best_epochs
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.progress import track

from mmmtl.files import write_atomically
from mmmtl_bench.report.figures import DrawnFigure, draw_figure, plan_figures
from mmmtl_bench.report.latex import results_latex
from mmmtl_bench.report.markdown import results_markdown
from mmmtl_bench.report.page import render_page
from mmmtl_bench.report.tidy_csv import results_csv
from mmmtl_bench.results.result_types import BenchmarkResults
from mmmtl_bench.results.results import read_results


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('folder', type=Path, metavar='DIR', help='folder of the benchmark')
    parser.add_argument(
        '--average',
        metavar='last-K|last|best',
        help="how a run's validations become one value: the mean of the last K, the last one, or "
        'the best one of each metric (default: as the suite says)',
    )
    parser.add_argument('--out', type=Path, help='folder to write to (default: DIR/report)')
    parser.add_argument(
        '--trust',
        action='store_true',
        help='read the configs that the suite names, which are programs, and compare their tasks '
        'with those of the runs (default: make the tables from the records alone)',
    )
    parser.add_argument('--no-figures', action='store_true', help='write only the tables')


def run(args: argparse.Namespace) -> int:
    """Writes the report.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        ValueError: If no run is finished, or the folder is no benchmark's.
    """
    out = args.out or args.folder / 'report'
    results = read_results(args.folder, args.average, args.trust)
    if not any(row.runs for table in results.tables for row in table.rows):
        raise ValueError(f'{args.folder}: expected at least one finished run, found none.')
    figures = [] if args.no_figures else draw_figures(results, out / 'figures')
    for name, text in (
        ('report.md', results_markdown(results, figures, out)),
        ('report.csv', results_csv(results)),
        ('report.tex', results_latex(results)),
    ):
        write_atomically(out / name, text)
        print(out / name)
    page = out / 'report.html'
    write_atomically(page, render_page(results, figures))
    print(f'{page}: {len(results.tables)} table(s), {len(figures)} figure(s)')
    if figures:
        print(f'{out / "figures"}: {sum(len(figure.files) for figure in figures)} file(s)')
    missing = sum(len(table.missing) for table in results.tables)
    if missing:
        print(f'{missing} run(s) are not finished; the report names them')
    return 0


def draw_figures(results: BenchmarkResults, folder: Path) -> list[DrawnFigure]:
    """Draws all figures, with a progress bar.

    Args:
        results: The benchmark.
        folder: Folder of the files.

    Returns:
        The figures.
    """
    figures = plan_figures(results)
    return [draw_figure(figure, folder) for figure in track(figures, 'Figures', transient=True)]
