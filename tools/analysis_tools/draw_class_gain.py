r"""Draws the gain of models over another one, class by class, the most frequent classes first.

It reads the predictions that tools/test.py saved, and the labels of the config's test set.

Example:
    python tools/test.py configs/segnet_cityscapes7-seg.py seg.pth --out out/single
    python tools/test.py configs/mtan_segnet_cityscapes7.py mtan.pth --out out/mtan
    python tools/analysis_tools/draw_class_gain.py configs/mtan_segnet_cityscapes7.py \
        'single task=out/single/seg' MTAN=out/mtan/seg --out gain.png

A set with several tasks of classes needs --task.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mmengine.dataset import BaseDataset
from mmengine.registry import init_default_scope
from mmseg.registry import DATASETS
from rich.progress import track
from torch import Tensor

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.inference_pipeline import find_dataset
from mmmtl.apis.launch import load_config
from mmmtl.evaluation.class_scores import read_prediction, score_classes
from mmmtl.tasks import Task, tasks_in
from mmmtl.visualization.plots.class_gain import draw_class_gain


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', help='config whose test set has the labels')
    parser.add_argument('baseline', metavar='NAME=DIR', help='what to compare with')
    parser.add_argument('models', nargs='+', metavar='NAME=DIR', help='what to compare')
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('class_gain.png'),
        help='picture to write: .png, .svg or .pdf (default: class_gain.png)',
    )
    parser.add_argument('--task', help='the task of classes (default: the only one of the set)')
    add_cfg_options(parser)
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options)
    init_default_scope(cfg.get('default_scope') or 'mmseg')
    dataset = DATASETS.build(find_dataset(cfg))
    folders = dict(split_name(text) for text in (args.baseline, *args.models))
    if len(folders) <= len(args.models):
        raise ValueError(f'Expected different names, found {[args.baseline, *args.models]}.')
    task, classes = find_task(dataset.metainfo, args.task)
    scores = {
        name: score_classes(pairs(dataset, task, folder, name), len(classes))
        for name, folder in folders.items()
    }
    (baseline_name, baseline), *models = scores.items()
    draw_class_gain(baseline, dict(models), classes, args.out, baseline_name)
    print(f'{args.out}: {len(models)} model(s) and {baseline_name}, {len(dataset)} image(s)')


def find_task(metainfo: Mapping[str, Any], name: str | None) -> tuple[Task, list[str]]:
    """Finds the task that is compared.

    Args:
        metainfo: Meta information of the test set.
        name: Name of the task; None for the only one of classes.

    Returns:
        The task and the names of its classes.

    Raises:
        ValueError: If there is no such task, or several and no name.
    """
    found = {}
    for task in tasks_in(metainfo).values():
        classes = task.describe().get('classes')
        if classes:
            found[task.name] = (task, classes)
    if name is None and len(found) == 1:
        return next(iter(found.values()))
    if name not in found:
        raise ValueError(
            f'--task: expected one of the tasks of classes of the test set, {list(found)}, '
            f'found {name!r}.'
        )
    return found[name]


def split_name(text: str) -> tuple[str, Path]:
    """Splits ``NAME=DIR``.

    Args:
        text: The text.

    Returns:
        Name and folder.

    Raises:
        ValueError: If it is no such text.
    """
    name, _, folder = text.partition('=')
    if not (name and folder):
        raise ValueError(f'Expected NAME=DIR, found {text!r}.')
    return name, Path(folder)


def pairs(
    dataset: BaseDataset, task: Task, folder: Path, name: str
) -> Iterator[tuple[Tensor, Tensor]]:
    """Gives a model's predictions with their labels.

    Args:
        dataset: The test set.
        task: The task.
        folder: The model's predictions.
        name: Name of the model.

    Yields:
        Predicted and labelled ids of each image, both of shape (H, W).
    """
    for index in track(range(len(dataset)), name, transient=True):
        sample = dataset[index]['data_samples']
        yield read_prediction(folder, sample.img_path), sample.get(task.gt_field).data[0]


if __name__ == '__main__':
    sys.exit(run_command(main))
