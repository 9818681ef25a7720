"""The arguments of the command ``benchmark`` that are about Slurm."""

from __future__ import annotations

import argparse

from mmmtl_bench.slurm.job_options import (
    DEFAULT_MINUTES,
    DEFAULT_PARALLELISM,
    JobOptions,
    read_minutes,
    read_sbatch_options,
)
from mmmtl_bench.slurm.submission import check_slurm

EXECUTORS = ('local', 'slurm')
_OF_SLURM = ('partition', 'time', 'gres', 'array_parallelism', 'sbatch')
_OF_LOCAL = ('gpus', 'jobs')


def add_job_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments.

    Args:
        parser: The parser of the command.
    """
    parser.add_argument(
        '--executor',
        choices=EXECUTORS,
        default='local',
        help='where the runs are made: local (default), in processes on this machine, or slurm, '
        'one job each; all nodes must then see the folder',
    )
    group = parser.add_argument_group('with --executor slurm')
    group.add_argument('--partition', help="partition (default: the cluster's)")
    group.add_argument(
        '--time',
        help='time limit of a job, as for sbatch; a run that needs longer goes back into the queue '
        f'and continues (default: {DEFAULT_MINUTES // 60}:00:00)',
    )
    group.add_argument('--gres', help='generic resources of a job, such as gpu:1 (default: none)')
    group.add_argument(
        '--array-parallelism',
        type=int,
        help=f'largest number of jobs at the same time (default: {DEFAULT_PARALLELISM})',
    )
    group.add_argument(
        '--sbatch',
        nargs='+',
        metavar='NAME=VALUE',
        help='more options of sbatch, such as account=lab mem=32G cpus-per-task=8',
    )


def read_job_options(args: argparse.Namespace) -> JobOptions | None:
    """Gives what jobs ask for.

    Args:
        args: What the parser read.

    Returns:
        The options; None where the runs are local.

    Raises:
        ValueError: If an argument is wrong or of the other executor, or nothing can be submitted
            from here.
    """
    others = _OF_SLURM if args.executor == 'local' else _OF_LOCAL
    for name in others:
        if getattr(args, name) is not None:
            (other,) = (executor for executor in EXECUTORS if executor != args.executor)
            raise ValueError(
                f'--{name.replace("_", "-")}: this is for --executor {other}, not {args.executor}.'
            )
    if args.executor == 'local':
        return None
    minutes = DEFAULT_MINUTES if args.time is None else read_minutes(args.time)
    parallelism = DEFAULT_PARALLELISM if args.array_parallelism is None else args.array_parallelism
    options = JobOptions(
        args.partition, minutes, args.gres, parallelism, read_sbatch_options(args.sbatch or [])
    )
    check_slurm()
    return options
