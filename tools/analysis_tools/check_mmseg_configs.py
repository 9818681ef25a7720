"""Checks which of mmsegmentation's own configs become models of several tasks.

Every config that mmseg installs is turned with ``mmmtl.apis.to_multi_task`` into one of
segmentation, depth and normals; the model is built without its pretrained weights, trained for one
step and asked for predictions, on two random images. Configs whose models differ in nothing but the
number of classes share one such trial. A file of results is kept: an interrupted run goes on where
it stopped.

Example:
    python tools/analysis_tools/check_mmseg_configs.py --out work_dirs/mmseg_configs.json \
        --markdown work_dirs/mmseg_configs.md
"""

from __future__ import annotations

import argparse
import copy
import gc
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.logging import MMLogger
from mmengine.registry import init_default_scope
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mmmtl.apis import to_multi_task
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.try_model import small_offline_model, try_model
from mmmtl.compat.config import get_installed_path
from mmmtl.files import write_atomically

TASKS = ('seg', 'depth', 'normal')
SIZES = ((64, 64), (128, 128), (448, 448))  # the larger ones where a model needs them
DATASET = dict(type='MultiTaskDataset', data_prefix={})

WORKS = 'works'
REFUSED = 'refused'
LACKS = 'lacks a dependency'
FAILS = 'fails'

_DEPENDENCIES = {
    'mmpretrain': re.compile(r'mmpretrain'),
    'mmdet': re.compile(r'mmdet|onedl-mmdetection'),
    'compiled mmcv': re.compile(r'mmcv\.ops|onedl-mmcv|mmcv-full|PSAMask|CrissCross'),
    'gdal': re.compile(r'gdal'),
    'albumentations': re.compile(r'albumentations'),
}


@dataclass(frozen=True)
class Result:
    """What became of a config.

    Args:
        status: One of :data:`WORKS`, :data:`REFUSED`, :data:`LACKS` and :data:`FAILS`.
        reason: The dependency, or the error's message.
        parameters: Number of the model's parameters.
        size: Height and width of the images.
        seconds: What the trial took.
        tried_as: The config with the same model whose trial this is.
    """

    status: str
    reason: str = ''
    parameters: int = 0
    size: tuple[int, int] | None = None
    seconds: float = 0.0
    tried_as: str = ''


def config_folder() -> Path:
    """Gives the folder of the configs that are installed with mmseg."""
    return Path(get_installed_path('mmseg'), '.mim', 'configs')


def config_names(pattern: str = '*') -> list[str]:
    """Lists mmseg's configs.

    Args:
        pattern: Of the names, as in a shell. Defaults to all.

    Returns:
        Their names relative to the folder of the configs, without its ``_base_`` files.
    """
    folder = config_folder()
    names = (path.relative_to(folder).as_posix() for path in folder.rglob('*.py'))
    return sorted(n for n in names if '_base_' not in n.split('/') and fnmatch(n, pattern))


def check_config(name: str, tried: dict[str, tuple[str, Result]]) -> Result:
    """Turns a config, and tries its model unless the same one was tried before.

    Args:
        name: Name of the config.
        tried: The trials of this run, and the configs they were made with, by model; it is added
            to.

    Returns:
        What became of it.
    """
    try:
        cfg = Config.fromfile(config_folder() / name)
        model = to_multi_task(cfg, TASKS).model.to_dict()
        to_multi_task(cfg, TASKS, train_dataset=DATASET, val_dataset=DATASET)
    except Exception as error:  # every one is a result
        return _failure(error, REFUSED)
    key = _model_key(model)
    if key not in tried:
        tried[key] = name, _try(model)
    first, result = tried[key]
    return Result(**{**asdict(result), 'tried_as': '' if first == name else first})


def _try(model: dict) -> Result:
    failure = Result(FAILS)
    for size in SIZES:
        start = time.perf_counter()
        try:
            trial = try_model(model, size)
        except Exception as error:  # every one is a result
            failure = _failure(error, FAILS)
            if failure.status == LACKS:
                break
            continue
        finally:
            gc.collect()
        seconds = round(time.perf_counter() - start, 1)
        return Result(WORKS, parameters=trial.parameters, size=size, seconds=seconds)
    return failure


def _failure(error: Exception, otherwise: str) -> Result:
    text = f'{type(error).__name__}: {error}'
    for dependency, pattern in _DEPENDENCIES.items():
        if pattern.search(text):
            return Result(LACKS, dependency)
    message = str(error) if isinstance(error, ValueError) else text
    return Result(otherwise, ' '.join(message.split())[:300])


def _model_key(model: dict) -> str:
    small = copy.deepcopy(small_offline_model(model, SIZES[0]))
    _forget_classes(small)
    return json.dumps(small, sort_keys=True, default=str)


def _forget_classes(node: Any) -> None:
    if isinstance(node, dict):
        node.pop('num_classes', None)
        node = list(node.values())
    if isinstance(node, (list, tuple)):
        for value in node:
            _forget_classes(value)


def load_results(path: Path) -> dict[str, Result]:
    """Reads the results of earlier runs.

    Args:
        path: The file; one that is not there has no results.

    Returns:
        The results by name of the config.
    """
    if not path.is_file():
        return {}
    return {name: Result(**row) for name, row in json.loads(path.read_text()).items()}


def table(results: dict[str, Result]) -> str:
    """Writes the results down.

    Args:
        results: The results by name of the config.

    Returns:
        Markdown: the share of configs that work, a table by family, and what does not work.
    """
    installed = [result for result in results.values() if result.status != LACKS]
    works = sum(result.status == WORKS for result in installed)
    lines = [
        f'{len(results)} configs; the dependencies of {len(installed)} are installed, of which '
        f'{works} work ({100 * works / max(len(installed), 1):.1f}%).',
        '',
        '| family | configs | work | lack a dependency | refused or failing |',
        '| :-- | --: | --: | --: | --: |',
    ]
    families = sorted({name.split('/')[0] for name in results})
    for family in families:
        found = Counter(r.status for n, r in results.items() if n.split('/')[0] == family)
        lines.append(
            f'| {family} | {sum(found.values())} | {found[WORKS]} | {found[LACKS]} | '
            f'{found[REFUSED] + found[FAILS]} |'
        )
    reasons = Counter(
        (name.split('/')[0], result.status, result.reason)
        for name, result in results.items()
        if result.status != WORKS
    )
    lines += ['', '| family | configs | why not |', '| :-- | --: | :-- |']
    for (family, status, reason), count in sorted(reasons.items()):
        cell = reason.replace('|', r'\|')
        lines.append(f'| {family} | {count} | {status}: {cell} |')
    return '\n'.join(lines) + '\n'


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('--out', type=Path, required=True, help='JSON file of the results')
    parser.add_argument('--markdown', type=Path, help='file for the table')
    parser.add_argument('--only', default='*', help="pattern of names, such as 'pspnet/*'")
    parser.add_argument('--threads', type=int, default=1, help='threads of torch (default: 1)')
    return parser.parse_args()


def main() -> None:
    """Checks the configs that have no result yet."""
    args = parse_args()
    torch.set_num_threads(args.threads)
    init_default_scope('mmseg')
    MMLogger.get_current_instance().setLevel('ERROR')  # every model reports every parameter
    results = load_results(args.out)
    tried: dict[str, tuple[str, Result]] = {}
    for name, result in _with_progress(args.only, results, tried):
        results[name] = result
        rows = {key: asdict(results[key]) for key in sorted(results)}
        write_atomically(args.out, json.dumps(rows, indent=1))
    if args.markdown is not None:
        write_atomically(args.markdown, table(results))
    print(table(results))


def _with_progress(
    pattern: str, results: dict[str, Result], tried: dict[str, tuple[str, Result]]
) -> Iterator[tuple[str, Result]]:
    names = [name for name in config_names(pattern) if name not in results]
    columns = (
        TextColumn('{task.description}'),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task('configs', total=len(names))
        for name in names:
            progress.update(task, description=name)
            yield name, check_config(name, tried)
            progress.advance(task)


if __name__ == '__main__':
    sys.exit(run_command(main))
