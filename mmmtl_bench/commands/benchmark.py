"""Runs a benchmark: a matrix of architectures, loss weightings, data sets and seeds.

Each run trains in a process and a folder of its own, several at the same time where the machine
allows it. You can interrupt a benchmark at any moment and go on with --resume: finished runs are
not repeated, and interrupted runs continue from their last checkpoint.

With --executor slurm, each run is a job of its own. A job goes back into the queue if it is
preempted or its time is over. This command submits the jobs and shows how they are going.

Examples:
    python -m mmmtl benchmark mmmtl::embedded.yaml --work-dir work_dirs/embedded
    python -m mmmtl benchmark mmmtl::mtan_cvpr19.yaml --work-dir work_dirs/cvpr --seeds 0 1 2
    python -m mmmtl benchmark mmmtl::mtunet.yaml --work-dir out --executor slurm --partition gpu
"""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from rich.console import Console

from mmmtl.apis.arguments import add_cfg_options
from mmmtl.apis.command_errors import INTERRUPTED
from mmmtl.commands.program import called_as
from mmmtl_bench.run.benchmark_run import LOG_FILE, BenchmarkRun, RunState, remove_old_checkpoints
from mmmtl_bench.run.live_table import LiveTable
from mmmtl_bench.run.plain_lines import PlainLines
from mmmtl_bench.run.run_commands import run_commands
from mmmtl_bench.run.run_texts import state_text
from mmmtl_bench.run.scheduler import run_all
from mmmtl_bench.run.slots import make_slots
from mmmtl_bench.run.work_dir import check_work_dir, write_suite
from mmmtl_bench.slurm.job_arguments import add_job_arguments, read_job_options
from mmmtl_bench.slurm.run_on_slurm import JobsGoOnError, run_on_slurm
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.seeds import check_seeds
from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_check import missing_folders, suite_problems
from mmmtl_bench.suite.suite_reading import read_suite_values

LOG_LINES = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument('suite', help='path, or mmmtl::NAME such as mmmtl::embedded.yaml')
    parser.add_argument('--work-dir', type=Path, required=True, help='folder for all runs')
    parser.add_argument(
        '--gpus', type=int, help='number of GPUs to use, 0 for the CPU (default: all)'
    )
    parser.add_argument(
        '--jobs',
        type=int,
        help='number of runs at the same time on each GPU (default: 1) or on the CPU (default: as '
        'many as cores)',
    )
    parser.add_argument('--seeds', type=int, nargs='+', help="seeds (default: the suite's)")
    parser.add_argument('--resume', action='store_true', help='go on with the runs in --work-dir')
    parser.add_argument(
        '--only',
        nargs='+',
        metavar='PATTERN',
        help='only the runs whose folder, as --dry-run lists it, contains one of these; * stands '
        'for any characters',
    )
    add_job_arguments(parser)
    add_cfg_options(parser, "every run's config")
    parser.add_argument(
        '--dry-run', action='store_true', help='list and check the runs, but start none'
    )


def run(args: argparse.Namespace) -> int:
    """Runs the benchmark.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        FileNotFoundError: If the suite is not there, or a config that it names.
        ValueError: If an argument or a value of the suite is wrong, or the folder has runs already.
    """
    console = Console()
    values = effective_values(args)
    suite = Suite.from_file(values, args.suite)
    job_options = read_job_options(args)
    slots = make_slots(args.gpus, args.jobs)
    all_specs = suite.specs()
    specs = select(all_specs, args.only)
    check_work_dir(args.work_dir, all_specs, args.resume or args.dry_run)
    runs = [BenchmarkRun(spec, args.work_dir, run_commands) for spec in specs]
    if args.dry_run:
        list_runs(runs)
        return list_problems(specs, [data.path for data in suite.data])
    write_suite(args.work_dir, args.suite, values)
    for run in runs:
        if run.state is RunState.FINISHED:
            remove_old_checkpoints(run.folder)
    # What asks the benchmark to end is passed on as Ctrl-C is.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        if any(run.state is not RunState.FINISHED for run in runs):
            for data in suite.data:
                data.write()
        view = LiveTable(console) if console.is_terminal else PlainLines(say)
        with view if isinstance(view, LiveTable) else nullcontext():
            if job_options is None:
                run_all(runs, slots, view)
            else:
                run_on_slurm(runs, args.work_dir, job_options, view)
    except JobsGoOnError as error:
        print(f'{error}\nTo follow them again:\n  {command_to_go_on()}', flush=True)
        return INTERRUPTED
    except KeyboardInterrupt:
        print(f'Interrupted. To go on:\n  {command_to_go_on()}', flush=True)
        return INTERRUPTED
    return conclude(runs, args.work_dir)


def effective_values(args: argparse.Namespace) -> dict[str, Any]:
    """Gives the suite's values with what the command line says."""
    values = read_suite_values(args.suite)
    if args.seeds is not None:
        try:
            values['seeds'] = list(check_seeds(args.seeds))
        except ValueError as error:
            raise ValueError(f'--seeds: {error}.') from error
    if args.cfg_options:
        values['overrides'] = {**values.get('overrides', {}), **args.cfg_options}
    return values


def select(specs: Sequence[RunSpec], patterns: Sequence[str] | None) -> list[RunSpec]:
    """Gives the runs whose folder has one of the patterns in it; all without patterns."""
    if patterns is None:
        return list(specs)
    chosen = [
        spec
        for spec in specs
        if any(fnmatch(spec.folder.as_posix(), f'*{pattern}*') for pattern in patterns)
    ]
    if not chosen:
        raise ValueError(
            f'--only {" ".join(patterns)}: expected a part of a folder such as '
            f'{specs[0].folder if specs else "(there is no run)"}, no run has it.'
        )
    return chosen


def list_runs(runs: Sequence[BenchmarkRun]) -> None:
    """Prints the runs: folder, state and config."""
    for run in runs:
        print(f'{run.spec.folder}: {state_text(run)}, {run.spec.config}')
    print(f'{len(runs)} runs, {sum(run.state is RunState.FINISHED for run in runs)} finished.')


def list_problems(specs: Sequence[RunSpec], coming: Sequence[str]) -> int:
    """Prints what is wrong with the runs' configs, and what data they wait for; the exit code."""
    missing = missing_folders(specs)
    for folder in missing:
        if folder not in coming:
            sys.stderr.write(f'note: there is no {folder} yet, the data of some of these runs\n')
    problems = suite_problems(specs, [*coming, *missing])
    sys.stderr.writelines(f'error: {line}\n' for line in problems)
    return 1 if problems else 0


def conclude(runs: Sequence[BenchmarkRun], work_dir: Path) -> int:
    """Says how the benchmark ended; gives the exit code."""
    failed = [run for run in runs if run.state is RunState.FAILED]
    for run in failed:
        print(f'\n{run.folder}: failed, {run.failure}. {run.folder / LOG_FILE}:')
        print(''.join(f'    {line}\n' for line in run.last_lines(LOG_LINES)), end='')
    if failed:
        print(
            f'\n{len(failed)} of {len(runs)} runs failed, the others are finished. '
            f'To try again:\n  {command_to_go_on()}'
        )
        return 1
    print(f'All {len(runs)} runs are finished: {work_dir}. Tables and figures of them:')
    print(f'  python -m mmmtl report {shlex.quote(str(work_dir))}')
    return 0


def command_to_go_on() -> str:
    """Gives the command line that continues this benchmark."""
    resume = [] if '--resume' in sys.argv else ['--resume']
    return shlex.join([*called_as(), *resume])


def say(line: str) -> None:
    """Prints a line at once."""
    print(line, flush=True)
