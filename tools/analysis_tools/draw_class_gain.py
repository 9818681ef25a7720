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
from pathlib import Path

from mmengine.registry import init_default_scope
from mmseg.registry import DATASETS

import mmmtl  # noqa: F401  (registers everything, also for configs that do not import it)
from mmmtl.apis.arguments import add_cfg_options
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.inference_pipeline import find_dataset
from mmmtl.apis.launch import load_config
from mmmtl.compat.scope import config_scope
from mmmtl.evaluation.class_scores import score_classes
from mmmtl.evaluation.saved_predictions import find_class_task, prediction_pairs
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
    init_default_scope(config_scope(cfg))
    dataset = DATASETS.build(find_dataset(cfg))
    folders = dict(split_name(text) for text in (args.baseline, *args.models))
    if len(folders) <= len(args.models):
        raise ValueError(f'Expected different names, found {[args.baseline, *args.models]}.')
    task, classes = find_class_task(dataset.metainfo, args.task)
    scores = {
        name: score_classes(prediction_pairs(dataset, task, folder, name), len(classes))
        for name, folder in folders.items()
    }
    (baseline_name, baseline), *models = scores.items()
    draw_class_gain(baseline, dict(models), classes, args.out, baseline_name)
    print(f'{args.out}: {len(models)} model(s) and {baseline_name}, {len(dataset)} image(s)')


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


if __name__ == '__main__':
    sys.exit(run_command(main))
