r"""Reads every sample of a config's data sets, and reports what they hold and what looks wrong.

For each split and task, a table has the images without a label, the labelled pixels, and the
classes with their shares or the range of the numbers with their unit. A sheet shows some samples
with their labels. The command names files that cannot be read, images that are in two splits,
classes that are not in the training data, and depths in another unit. If there are any, the exit
code is 1.

Example:
    python -m mmmtl data check mmmtl::own_data_example.py
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from mmengine.registry import init_default_scope
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from mmmtl.apis.arguments import add_cfg_options, add_config
from mmmtl.apis.launch import load_config
from mmmtl.checks.data import open_dataset
from mmmtl.checks.doubtful_data import doubtful_data
from mmmtl.checks.label_facts import LabelFacts
from mmmtl.checks.places import PHASES
from mmmtl.checks.problems import Problems
from mmmtl.checks.sample_facts import SampleFactsDataset
from mmmtl.checks.set_facts import SetFacts, read_set_facts
from mmmtl.compat.scope import config_scope
from mmmtl.datasets import MultiTaskDataset
from mmmtl.datasets.transforms import PackMultiTaskInputs
from mmmtl.engine.training_labels import dataset_parts
from mmmtl.sets.config_sets import loader_places
from mmmtl.tasks import Task, task_definitions
from mmmtl.visualization import PanelRow, draw_panels

_SHOWN = 4
_SIZES_SHOWN = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('data_check.png'),
        help='picture of the samples (default: data_check.png)',
    )
    parser.add_argument(
        '--num', type=int, default=_SHOWN, help=f'samples of each set in it (default: {_SHOWN})'
    )
    parser.add_argument(
        '--workers', type=int, default=os.cpu_count(), help='processes (default: all cores)'
    )
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Reads the data sets.

    Args:
        args: What the parser read.

    Returns:
        The exit code: 1 if something looks wrong.

    Raises:
        FileNotFoundError: If there is no such config.
        ValueError: If an argument is wrong, or the config cannot be read.
    """
    for option, least in (('num', 1), ('workers', 0)):
        if (getattr(args, option) or 0) < least:
            raise ValueError(
                f'--{option}: expected at least {least}, found {getattr(args, option)}.'
            )
    cfg = load_config(args.config, args.cfg_options)
    init_default_scope(config_scope(cfg))
    problems = Problems()
    datasets = dict(_datasets(cfg, problems))
    lines = problems.lines()
    if datasets:
        tasks = {name: task for one in datasets.values() for name, task in one.tasks.items()}
        sets = _read(datasets, args.workers or 0)
        _print(sets, tasks)
        _draw(datasets, tasks, args.num, args.out)
        lines += doubtful_data(sets, tasks)
    elif not lines:
        raise ValueError(f'{args.config}: expected a data loader, found none.')
    sys.stderr.writelines(f'wrong: {line}\n' for line in lines)
    found = {0: 'nothing looks', 1: '1 thing looks'}.get(len(lines), f'{len(lines)} things look')
    print(f'{args.config}: {found} wrong')
    return int(bool(lines))


def _datasets(cfg: Mapping[str, Any], problems: Problems) -> Iterator[tuple[str, MultiTaskDataset]]:
    """Opens the data sets of all phases, those that two phases share once."""
    seen: list[Any] = []
    for phase in PHASES:
        for place, loader in loader_places(cfg, phase).items():
            config = loader.get('dataset')
            if config in seen:
                continue
            seen.append(config)
            dataset = open_dataset(config, f'{place}.dataset', problems)
            if dataset is None or problems.lines():
                continue
            parts = list(dataset_parts(dataset))
            names = getattr(dataset, 'names', None) or map(str, range(len(parts)))
            for name, part in zip(names, parts, strict=True):
                title = place.replace('_dataloader', '').replace('.', '/')
                title += f'/{name}' if len(parts) > 1 else ''
                if isinstance(part, MultiTaskDataset):
                    yield title, part
                else:
                    problems.add(
                        f'{place}.dataset', f'{type(part).__name__} is no MultiTaskDataset.'
                    )


def _read(datasets: Mapping[str, MultiTaskDataset], workers: int) -> list[SetFacts]:
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task('Reading', total=sum(map(len, datasets.values())))
        return [
            read_set_facts(name, dataset, workers, lambda: progress.advance(bar))
            for name, dataset in datasets.items()
        ]


def _print(sets: list[SetFacts], tasks: Mapping[str, Task]) -> None:
    table = Table('set', 'task', 'images', 'without label', 'labelled pixels', 'what they hold')
    for one in sets:
        sizes = one.sizes.most_common()
        listed = [f'{height}x{width}: {count}' for (height, width), count in sizes[:_SIZES_SHOWN]]
        more = f' and {len(sizes) - _SIZES_SHOWN} more sizes' if len(sizes) > _SIZES_SHOWN else ''
        count = str(one.sizes.total())
        table.add_row(one.name, '(image)', count, '', '', ', '.join(listed) + more)
        for name, facts in one.labels.items():
            numbers = (str(facts.images), str(facts.unlabelled), f'{100 * facts.valid_share:.2f} %')
            table.add_row(one.name, name, *numbers, escape(_holds(tasks[name], facts)))
    Console().print(table)
    for name, task in tasks.items():
        if task.label_names:
            Console().print(_shares(name, task, sets))


def _holds(task: Task, facts: LabelFacts) -> str:
    if not facts.valid:
        return ''
    if len(facts.counts):
        return f'{np.count_nonzero(facts.counts)} of {len(facts.counts)} classes'
    words = task.describe()
    label = f'{words["label"]}: ' if 'label' in words else ''
    return f'{label}{facts.low:.4g} to {facts.high:.4g}, mean {facts.mean:.4g}'


def _shares(name: str, task: Task, sets: list[SetFacts]) -> Table:
    table = Table('id', name, *(f'{one.name} %' for one in sets))
    counts = [one.labels.get(name, LabelFacts()) for one in sets]
    for index, title in enumerate(task.label_names):
        shares = [
            f'{100 * facts.counts[index] / facts.valid:.2f}' if facts.valid else ''
            for facts in counts
        ]
        table.add_row(str(index), escape(title), *shares)
    return table


def _draw(
    datasets: Mapping[str, MultiTaskDataset], tasks: Mapping[str, Task], count: int, out: Path
) -> None:
    """Draws samples of each set that can be read, spread evenly."""
    rows, pack = [], PackMultiTaskInputs()
    for name, dataset in datasets.items():
        samples = SampleFactsDataset(dataset)
        for index in np.linspace(0, len(dataset) - 1, min(count, len(dataset))).astype(int):
            try:
                sample = pack(samples.read(int(index)))
            except (OSError, ValueError):
                continue  # the table's lines name it
            rgb = np.ascontiguousarray(sample['inputs'].numpy()[::-1].transpose(1, 2, 0))
            title = f'{name} {index}'
            rows.append(
                PanelRow.from_data_sample(
                    rgb, sample['data_samples'], title=title, tasks=dataset.tasks.values()
                )
            )
    if rows:
        draw_panels(rows, {'tasks': task_definitions(tasks)}, out)
        print(f'{out}: {len(rows)} samples')
