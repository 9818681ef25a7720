r"""Draws what several models predict side by side, as Figures 3 and 4 of the MTAN papers do.

There is a block for each task; its rows are images, its columns the image, the label and each
model. Images and labels come from the test set of the config with the most tasks, or images alone
from files. Models of one task each, such as the single-task baselines, share a column if they are
given the same name.

Example:
    python tools/analysis_tools/draw_predictions.py \
        'single task=configs/segnet_cityscapes7-seg.py:seg.pth' \
        'single task=configs/segnet_cityscapes7-depth.py:depth.pth' \
        'MTAN=configs/mtan_segnet_cityscapes7.py:mtan.pth' --num 3 --errors --out comparison.png
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmseg.registry import DATASETS
from rich.progress import track
from torch import Tensor

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.arguments import add_cfg_options, add_device
from mmmtl.apis.command_errors import run_command
from mmmtl.apis.inference_inputs import InputImages
from mmmtl.apis.inference_pipeline import find_dataset
from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import task_definitions, tasks_in
from mmmtl.visualization import ComparisonRow, PanelRow, draw_comparison

Models = dict[str, list[MultiTaskInferencer]]
"""The models of each column."""


def parse_args() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('models', nargs='+', metavar='NAME=CONFIG:CHECKPOINT')
    parser.add_argument(
        '--out',
        type=Path,
        default=Path('comparison.png'),
        help='picture to write (default: comparison.png)',
    )
    images = parser.add_mutually_exclusive_group()
    images.add_argument(
        '--num', type=int, default=3, help='images, spread evenly over the test set (default: 3)'
    )
    images.add_argument('--indices', type=int, nargs='+', help='these images of the test set')
    images.add_argument('--images', nargs='+', help='image files instead, without labels')
    parser.add_argument('--errors', action='store_true', help='draw error maps, too')
    parser.add_argument('--panel-width', type=int, help='width of a column in pixels')
    add_device(parser)
    add_cfg_options(parser, 'all configs')
    return parser.parse_args()


def main() -> None:
    """Runs the command."""
    args = parse_args()
    models = load_models(args.models, args.device, args.cfg_options)
    everything = [model for column in models.values() for model in column]
    tasks = {name: task for model in everything for name, task in model.tasks.items()}
    if args.images:
        samples = [
            PanelRow(np.ascontiguousarray(frame.load()[..., ::-1]))
            for frame in InputImages(args.images)
        ]
    else:
        largest = max(everything, key=lambda model: len(model.tasks))
        samples = load_samples(largest, args.num, args.indices)
    rows = [predict(sample, models) for sample in track(samples, 'Predicting')]
    metainfo = {'tasks': task_definitions(tasks)}
    draw_comparison(rows, metainfo, args.out, args.errors, args.panel_width)
    print(f'{args.out}: {len(rows)} image(s), {len(models)} model(s)')


def load_models(texts: Sequence[str], device: str | None, cfg_options: dict | None) -> Models:
    """Loads the models.

    Args:
        texts: ``NAME=CONFIG:CHECKPOINT`` of each.
        device: Such as ``'cpu'``.
        cfg_options: Values that override those of the configs.

    Returns:
        The models by name.

    Raises:
        ValueError: If a text is not of this form, or the models' outputs mean different things.
    """
    models: Models = {}
    for text in texts:
        name, equals, paths = text.partition('=')
        config, colon, checkpoint = paths.partition(':')
        if not (name and equals and config and colon and checkpoint):
            raise ValueError(f'models: expected NAME=CONFIG:CHECKPOINT, found {text!r}.')
        inferencer = MultiTaskInferencer(
            config, checkpoint, device, cfg_options=cfg_options, show_progress=False
        )
        taken = {task for other in models.get(name, ()) for task in other.tasks}
        if taken & set(inferencer.tasks):
            raise ValueError(
                f'models: expected one model for each task of {name!r}, '
                f'found several for {sorted(taken & set(inferencer.tasks))}.'
            )
        models.setdefault(name, []).append(inferencer)
    check_meaning(models)
    return models


def check_meaning(models: Models) -> None:
    """Makes sure that one colour means the same in all columns.

    Args:
        models: The models by name.

    Raises:
        ValueError: If they differ in what a task is.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, column in models.items():
        for own in column:
            for task in own.tasks.values():
                found.setdefault(task.name, {})[name] = task.definition()
    for task_name, definitions in found.items():
        if len({str(definition) for definition in definitions.values()}) > 1:
            raise ValueError(
                f'models: expected the same {task_name} of all models, found {definitions}.'
            )


def load_samples(
    model: MultiTaskInferencer, count: int, indices: Sequence[int] | None
) -> list[PanelRow]:
    """Reads images and labels of the test set of a model's config.

    Args:
        model: The model.
        count: How many, spread evenly over the set.
        indices: These samples instead, or None.

    Returns:
        The samples.

    Raises:
        ValueError: If there is no such sample.
    """
    with registry_scope(model.scope):
        dataset = DATASETS.build(find_dataset(model.cfg))
    if indices is None:
        indices = np.linspace(0, len(dataset) - 1, min(count, len(dataset))).astype(int).tolist()
    outside = [index for index in indices if not 0 <= index < len(dataset)]
    if outside:
        raise ValueError(f'--indices: expected 0 to {len(dataset) - 1}, found {outside}.')
    tasks = tasks_in(dataset.metainfo).values()
    samples = []
    for index in indices:
        item = dataset[index]
        rgb = item['inputs'].numpy()[::-1].transpose(1, 2, 0)
        rgb = np.ascontiguousarray(rgb)
        samples.append(PanelRow.from_data_sample(rgb, item['data_samples'], tasks=tasks))
    return samples


def predict(sample: PanelRow, models: Models) -> ComparisonRow:
    """Runs all models on an image.

    Args:
        sample: The image, with labels or without.
        models: The models by name.

    Returns:
        The row of the picture.
    """
    bgr = np.ascontiguousarray(sample.image[..., ::-1])
    predictions: dict[str, dict[str, Tensor]] = {}
    for name, column in models.items():
        own = predictions.setdefault(name, {})
        for model in column:
            (found,) = model.stream(bgr)
            if found.error is not None:
                raise found.error
            own |= {task: to_map(values) for task, values in found.maps.items()}
    return ComparisonRow(sample.image, sample.labels, predictions)


def to_map(values: np.ndarray) -> Tensor:
    """Gives a prediction the shape of a label.

    Args:
        values: Shape (H, W) or (H, W, C).

    Returns:
        A tensor of shape (1, H, W) or (C, H, W).
    """
    tensor = torch.from_numpy(values)
    return tensor[None] if tensor.ndim == 2 else tensor.movedim(-1, 0)


if __name__ == '__main__':
    sys.exit(run_command(main))
