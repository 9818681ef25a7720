r"""Estimates the batch normalisation statistics of a trained network anew, and nothing else.

The command goes once over the training images, loaded as in the training. If the network keeps
statistics for each data set (`model.set_statistics`), they are estimated from the images of that
data set. If it has one estimate only, but was trained on batches of several data sets, --data-set
names the one to estimate from.

Examples:
    python -m mmmtl estimate-statistics mmmtl::mtan_segnet_cityscapes7.py epoch_200.pth \
        --out estimated.pth
    python -m mmmtl estimate-statistics mmmtl::mtan_wrn28-4_decathlon.py epoch_300.pth \
        --data-set aircraft --out aircraft.pth
"""

from __future__ import annotations

import argparse
from itertools import accumulate
from pathlib import Path
from typing import Any

import torch
from mmengine.config import Config
from mmengine.model import revert_sync_batchnorm
from mmengine.runner import CheckpointLoader, Runner
from mmengine.runner.checkpoint import weights_to_cpu
from mmseg.registry import MODELS
from rich.progress import track
from torch import nn
from torch.utils.data import DataLoader

from mmmtl.apis.arguments import add_cfg_options, add_checkpoint, add_config, add_device
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config, require_checkpoint
from mmmtl.checks import refuse_problems
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.engine.norm_statistics import estimate_statistics, even_batches
from mmmtl.engine.samplers import seed_batches
from mmmtl.engine.set_statistics_check import check_set_statistics
from mmmtl.engine.stored_definitions import check_stored_tasks, read_stored_tasks
from mmmtl.files import atomic_file
from mmmtl.models.checkpoints.fitting import TRAINING_STATE, is_in, load_fitting_weights
from mmmtl.models.segmentors.set_statistics import sets_with_statistics
from mmmtl.tasks.nearest import nearest

_ALL = ''
"""What the images of all data sets together are called."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the arguments of the command.

    Args:
        parser: The parser of the command.
    """
    add_config(parser)
    add_checkpoint(parser)
    parser.add_argument(
        '--out',
        type=Path,
        required=True,
        metavar='FILE',
        help='checkpoint to write: for tests, predictions and new trainings, but not for --resume',
    )
    parser.add_argument(
        '--data-set',
        metavar='NAME',
        help='data set of train_dataloader to estimate from (default: each data set that the '
        'network keeps statistics for, or all images together)',
    )
    add_device(parser)
    add_cfg_options(parser)


def run(args: argparse.Namespace) -> int:
    """Estimates the statistics.

    Args:
        args: What the parser read.

    Returns:
        The exit code.

    Raises:
        FileNotFoundError: If there is no such config or checkpoint, or data are missing.
        ValueError: If the checkpoint is not one of this model, the network has no batch
            normalisation, or it is not clear or wrong which data set is meant.
    """
    device = check_device(args.device)
    cfg = load_config(args.config, args.cfg_options)
    source = require_checkpoint(args.checkpoint)
    if cfg.model.get('loss_weighting'):
        cfg.model.loss_weighting = dict(type='EqualWeighting')  # needs no gradients
    refuse_problems(cfg, ('train',))
    with registry_scope(config_scope(cfg)):
        model: Any = revert_sync_batchnorm(MODELS.build(cfg.model))
        checkpoint = CheckpointLoader.load_checkpoint(source, map_location='cpu')
        load_fitting_weights(model, checkpoint, source, unused=TRAINING_STATE)
        if hasattr(model, 'tasks'):
            stored = read_stored_tasks(checkpoint, source)
            check_stored_tasks(stored, model.tasks, source, 'the model')
        loader = build_loader(cfg, model, args.data_set)
        norms = estimate_statistics(model.to(device), track(loader, 'Estimating statistics'))
    weights = weights_to_cpu(model.state_dict())
    for name in [name for name in weights if is_in(name, TRAINING_STATE)]:
        del weights[name]
    with atomic_file(args.out, sync=True) as stream:
        torch.save({'meta': checkpoint.get('meta', {}), 'state_dict': weights}, stream)
    kept = f', {norms.kept} kept theirs' if norms.kept else ''
    print(f'{args.out}: statistics of {norms.estimated} batch normalisations estimated{kept}.')
    return 0


def build_loader(cfg: Config, model: nn.Module, chosen: str | None) -> DataLoader:
    """Builds a loader that gives each training image once, in batches of one data set each.

    Args:
        cfg: The config.
        model: The network.
        chosen: Name of the only data set to go over; None for all.

    Returns:
        The loader.

    Raises:
        ValueError: If there is no such data set, it is not clear which one is meant, or the
            training data have no indices.
    """
    seed = (cfg.get('randomness') or {}).get('seed') or 0
    in_order = dict(type='DefaultSampler', shuffle=False)
    train = {**cfg.train_dataloader, 'sampler': in_order, 'batch_sampler': None}
    loader = Runner.build_dataloader(train, seed=seed)
    batches = seed_batches(loader, seed)
    if batches is None:
        raise ValueError(
            'train_dataloader.dataset: expected a data set with indices, found '
            f'{type(loader.dataset).__name__}.'
        )
    by_set = _indices_by_set(loader.dataset)
    names = _names(cfg, model, list(by_set), chosen)
    if names == [_ALL]:
        by_set = {_ALL: range(len(loader.dataset))}
    batches.batch_sampler = [
        batch
        for name in names
        for batch in even_batches(by_set[name], cfg.train_dataloader.batch_size, seed, name)
    ]
    for name in names:
        print(f'{name or "all"}: {len(by_set[name])} images')
    return loader


def _indices_by_set(dataset: Any) -> dict[str, range]:
    """Gives the indices of each of several data sets; of a single one none."""
    names = getattr(dataset, 'names', ())
    ends = list(accumulate(len(part) for part in dataset.datasets)) if names else []
    return {
        name: range(first, end) for name, first, end in zip(names, [0, *ends], ends, strict=False)
    }


def _names(cfg: Config, model: nn.Module, known: list[str], chosen: str | None) -> list[str]:
    if chosen is not None:
        if chosen not in known:
            expected = f'one of {known}' if known else 'none, as there is a single data set'
            raise ValueError(
                f'--data-set: expected {expected}, found {chosen!r}{nearest(chosen, known)}'
            )
        known = [chosen]
    if sets_with_statistics(model) is not None:
        check_set_statistics(model, known, 'train_dataloader')
    elif chosen is None:
        if cfg.train_dataloader.get('batch_sampler') is not None and len(known) > 1:
            raise ValueError(
                f'--data-set: expected one of {known}, or model.set_statistics with their names: '
                'the network keeps one estimate for images of all.'
            )
        return [_ALL]
    return known or [_ALL]
