#!/usr/bin/env python
"""Converts weights of the MTAN authors' public code into a checkpoint of this package.

Their code (https://github.com/lorenmt/mtan, im2im_pred/model_segnet_*.py) trains on NYUv2 with the
tasks seg, depth and normal, and saves state dicts; that of visual_decathlon/model_wrn_mtan.py (wrn)
classifies the images of the Visual Decathlon. For example:

    python tools/model_converters/mtan2mmmtl.py SRC.pth DST.pth --arch mtan
    python tools/test.py configs/mtan_segnet_nyuv2.py DST.pth

The type of a split (standard, wide, deep), the number of tasks and of classes are seen from the
weights. Predictions mean what the labels meant that the model was trained with.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmseg.registry import MODELS
from torch import Tensor

from mmmtl.apis.command_errors import run_command
from mmmtl.apis.launch import load_config
from mmmtl.compat.checkpoint import CheckpointError, load_from_local
from mmmtl.files import atomic_file
from mmmtl.models.checkpoints.mtan_checkpoints import (
    ARCHITECTURES,
    ONE_TASK,
    TASKS,
    WRN,
    ConvertedWeights,
    convert_mtan_weights,
)
from mmmtl.models.checkpoints.mtan_wrn_checkpoints import DOMAINS
from mmmtl.version import __version__

CONFIGS = Path(__file__).parents[2] / 'configs'
WRAPPINGS = ('state_dict', 'model_state_dict', 'model')
PARALLEL_PREFIX = 'module.'


def parse_args() -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('source', metavar='SRC', help="file with the authors' state dict")
    parser.add_argument('target', metavar='DST', type=Path, help='file of the new checkpoint')
    parser.add_argument('--arch', required=True, choices=ARCHITECTURES, help='the network')
    parser.add_argument(
        '--task',
        choices=TASKS,
        help=f'task of a {" or ".join(ONE_TASK)} (default: as the output channels say)',
    )
    parser.add_argument(
        '--num-classes', type=int, help='what the number of classes must be (default: any)'
    )
    parser.add_argument(
        '--keep-logsigma',
        action='store_true',
        help="make the authors' logsigma the parameter of the config's UncertaintyWeighting, to "
        'train on with it; predictions do not depend on it (default: leave it out)',
    )
    parser.add_argument(
        '--config',
        help='config whose model the weights must fit (default: the one in configs/ for this '
        'network, if there is one)',
    )
    return parser.parse_args()


def read_weights(path: str) -> dict[str, Tensor]:
    """Reads a state dict, also from inside of a training state, or of a ``DataParallel``.

    Args:
        path: The file.

    Returns:
        The state dict.

    Raises:
        CheckpointError: If the file holds anything but tensors by name.
    """
    content: dict[str, Any] = load_from_local(path, map_location='cpu')
    for key in WRAPPINGS:
        if isinstance(content.get(key), dict):
            content = content[key]
            break
    if not content or not all(isinstance(value, Tensor) for value in content.values()):
        raise CheckpointError(
            f'{path}: expected a state dict, tensors by name, found the entries {list(content)}.'
        )
    if all(name.startswith(PARALLEL_PREFIX) for name in content):
        return {name.removeprefix(PARALLEL_PREFIX): value for name, value in content.items()}
    return content


def matching_config(weights: ConvertedWeights) -> Path:
    """Names the config of the network, of NYUv2 for 13 classes, else of CityScapes.

    Args:
        weights: The converted weights.

    Returns:
        Path of the config, which need not exist.
    """
    if weights.tasks == DOMAINS:
        return CONFIGS / f'{weights.experiment}_decathlon.py'
    single = f'-{weights.tasks[0]}' if len(weights.tasks) == 1 else ''
    data = 'nyuv2'
    if len(weights.tasks) == 2 or weights.num_classes not in (None, 13):
        data = f'cityscapes{weights.num_classes}'
    return CONFIGS / f'{weights.experiment}_{data}{single}.py'


def check_fit(weights: ConvertedWeights, cfg: Config, keep_logsigma: bool) -> None:
    """Checks that a config's model has just these weights.

    Args:
        weights: The converted weights.
        cfg: The config.
        keep_logsigma: Whether the parameters of the loss weighting count.

    Raises:
        ValueError: If a name or a shape differs.
    """
    init_default_scope('mmseg')
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    expected = {
        name: tuple(value.shape)
        for name, value in model.state_dict().items()
        if keep_logsigma or not name.startswith('loss_weighting.')
    }
    found = {name: tuple(value.shape) for name, value in weights.state_dict.items()}
    differing = [
        f'{name}: expected {expected.get(name, "nothing")}, found {found.get(name, "nothing")}'
        for name in {**expected, **found}
        if expected.get(name) != found.get(name)
    ]
    if differing:
        raise ValueError(
            f'The weights do not fit the model of {cfg.filename}.\n' + '\n'.join(differing)
        )


def main() -> None:
    """Converts."""
    args = parse_args()
    weights = convert_mtan_weights(
        read_weights(args.source), args.arch, args.task, args.keep_logsigma
    )
    if args.num_classes is not None and weights.num_classes != args.num_classes:
        raise ValueError(
            f'--num-classes: expected {args.num_classes}, found {weights.num_classes} in the '
            'weights.'
        )
    config = args.config or matching_config(weights)
    checked = args.config is not None or config.is_file()
    if checked:
        cfg = load_config(config)
        if args.keep_logsigma and len(weights.tasks) > 1:
            cfg.model.loss_weighting = dict(type='UncertaintyWeighting')
        check_fit(weights, cfg, args.keep_logsigma)
    model = 'model_wrn_mtan' if args.arch == WRN else f'model_segnet_{args.arch}'
    meta = dict(
        mmmtl_version=__version__,
        source=f'lorenmt/mtan {model}',
        tasks=list(weights.tasks),
        num_classes=weights.num_classes,
    )
    with atomic_file(args.target, sync=True) as stream:
        torch.save(dict(meta=meta, state_dict=weights.state_dict), stream)
    classes = '' if weights.num_classes is None else f', {weights.num_classes} classes'
    print(f'{args.target}: {args.arch}, {", ".join(weights.tasks)}{classes}.')
    print(f'It fits {config}.' if checked else f'There is no {config} to check it against.')


if __name__ == '__main__':
    sys.exit(run_command(main))
