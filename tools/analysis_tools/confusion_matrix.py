r"""Draws which classes are taken for which, and writes the numbers of pixels as a table.

It reads the predictions that tools/test.py saved, and the labels of the config's test set.

Example:
    python tools/test.py configs/mtan_segnet_cityscapes7.py mtan.pth --out out
    python tools/analysis_tools/confusion_matrix.py configs/mtan_segnet_cityscapes7.py \
        out/seg confusion

writes confusion/confusion_matrix.png and .csv. A set with several tasks of classes needs --task.
"""

from __future__ import annotations

import argparse
import csv
import io
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
from mmmtl.evaluation.confusion import confusion_matrix
from mmmtl.evaluation.saved_predictions import find_class_task, prediction_pairs
from mmmtl.files import write_atomically
from mmmtl.visualization.plots.confusion import draw_confusion_matrix


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('config', help='config whose test set has the labels')
    parser.add_argument('prediction_path', type=Path, help='folder of the predicted ids')
    parser.add_argument('save_dir', type=Path, help='folder to write to')
    parser.add_argument('--task', help='the task of classes (default: the only one of the set)')
    parser.add_argument(
        '--title', default='Normalized confusion matrix', help='title (default: %(default)s)'
    )
    parser.add_argument(
        '--color-theme',
        default='Blues',
        help='colour map of matplotlib, such as winter (default: %(default)s)',
    )
    add_cfg_options(parser)
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    cfg = load_config(args.config, args.cfg_options)
    init_default_scope(config_scope(cfg))
    dataset = DATASETS.build(find_dataset(cfg))
    task, classes = find_class_task(dataset.metainfo, args.task)
    pairs = prediction_pairs(dataset, task, args.prediction_path, str(args.prediction_path))
    matrix = confusion_matrix(pairs, len(classes))
    picture = args.save_dir / 'confusion_matrix.png'
    draw_confusion_matrix(matrix, classes, picture, args.title, args.color_theme)
    table = io.StringIO()
    lines = csv.writer(table)
    lines.writerow(['label', *classes])
    lines.writerows([name, *counts] for name, counts in zip(classes, matrix.tolist(), strict=True))
    write_atomically(picture.with_suffix('.csv'), table.getvalue().encode())
    print(f'{picture}: {len(classes)} classes, {int(matrix.sum()):,} labelled pixels')


if __name__ == '__main__':
    sys.exit(run_command(main))
