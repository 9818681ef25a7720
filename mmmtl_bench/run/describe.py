"""Makes the record of a run that has finished training."""

from __future__ import annotations

import logging
import math
import platform
from pathlib import Path
from typing import Any

import mmcv
import mmengine
import mmseg
import numpy as np
import torch
from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.model import revert_sync_batchnorm
from mmengine.runner import Runner
from mmseg.registry import DATASETS, MODELS
from torch import nn

from mmmtl.apis.checkpoint_weights import find_metainfo, load_weights
from mmmtl.apis.device import check_device
from mmmtl.apis.launch import load_config, require_checkpoint
from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.compat.storage import find_latest_checkpoint
from mmmtl.engine.loops import JoinedLoaders
from mmmtl.engine.stored_definitions import check_stored_tasks, read_stored_tasks
from mmmtl.engine.task_definitions_check import tasks_of_set
from mmmtl.sets.config_sets import loaders_by_name
from mmmtl.tasks import SEG, complete_tasks, task_definitions
from mmmtl.version import __version__
from mmmtl_bench.run.complexity import count_flops, count_params, count_trained_params
from mmmtl_bench.run.data_hash import hash_data
from mmmtl_bench.run.panels_file import PANELS_FILE, Panels, write_panels
from mmmtl_bench.run.protocol import read_protocol
from mmmtl_bench.run.run_record import RunRecord, write_record
from mmmtl_bench.run.train_time import read_train_seconds
from mmmtl_bench.run.validation_pass import ValidationPass, run_validation_pass
from mmmtl_bench.suite.run_spec import read_spec


def describe_run(
    folder: str | Path, checkpoint: str | Path | None = None, device: str | None = None
) -> RunRecord:
    """Makes the record of a run that has finished training, and writes it into the run's folder.

    The validation set is predicted once, with the last checkpoint. ``panels.npz`` with some of its
    images is written first, ``record.json`` last: a folder that has it is complete.

    Args:
        folder: The run's ``work_dir``, with a ``spec.json``.
        checkpoint: Weights to evaluate. Defaults to the last checkpoint in the folder.
        device: Such as ``'cuda:1'`` or ``'cpu'``. Defaults to the machine's accelerator, or the
            CPU.

    Returns:
        The record.

    Raises:
        FileNotFoundError: If the spec, the config, the checkpoint or data are missing.
        ValueError: If one of them is not what it should be, or there is no such device.
    """
    folder = Path(folder)
    spec = read_spec(folder)
    cfg = load_config(find_dumped_config(folder))
    path = _checkpoint_of(folder, checkpoint)
    weights = read_checkpoint(path, map_location='cpu')
    device = check_device(device)
    with registry_scope(config_scope(cfg)):
        model = _build_model(cfg, weights, device, path)
        train_set = DATASETS.build(cfg.train_dataloader.dataset)
        loader = _validation_loader(cfg)
    stored = read_stored_tasks(weights, path)
    check_stored_tasks(stored, model.tasks, path, 'the model')
    check_stored_tasks(stored, tasks_of_set(loader.dataset), path, 'the validation set')
    classes = list(loader.dataset.metainfo.get('classes') or ()) if SEG.name in model.tasks else []
    found = run_validation_pass(model, loader, len(classes) or None)
    metainfo = find_metainfo(weights, cfg)
    write_panels(Panels(found.rows, metainfo), folder / PANELS_FILE)

    flops, notes = _flops(model, found)
    record = RunRecord(
        spec=spec,
        num_params=count_params(model),
        flops=flops,
        input_size=found.input_size,
        protocol=read_protocol(cfg, found.input_size, len(train_set), len(loader.dataset)),
        data_hash={
            f'{split}/{kind}': digest
            for split, dataset in (('train', train_set), ('val', loader.dataset))
            for kind, digest in hash_data(dataset).items()
        },
        class_names=classes or None,
        class_iou=None if found.scores is None else _without_nan(found.scores.iou),
        class_share=None if found.scores is None else found.scores.share.tolist(),
        train_seconds=read_train_seconds(folder),
        versions=_versions(),
        device=_device_name(device),
        notes=notes,
        tasks=task_definitions(complete_tasks(model.tasks, metainfo)),
        num_trained=count_trained_params(model),
    )
    write_record(record, folder)
    return record


def find_dumped_config(folder: str | Path) -> Path:
    """Finds the whole config that mmengine wrote into a run's folder.

    Args:
        folder: The run's ``work_dir``.

    Returns:
        That of the last start of the run.

    Raises:
        FileNotFoundError: If there is none.
    """
    found = sorted(Path(folder).glob('*/vis_data/config.py'))
    if not found:
        raise FileNotFoundError(
            f'{folder}: expected <time>/vis_data/config.py, which a run writes, found none.'
        )
    return found[-1]


def _checkpoint_of(folder: Path, checkpoint: str | Path | None) -> str:
    if checkpoint is not None:
        return require_checkpoint(str(checkpoint))
    found = find_latest_checkpoint(folder)
    if found is None:
        raise FileNotFoundError(f'{folder}: expected a checkpoint of the run, found none.')
    return found


def _build_model(cfg: Config, weights: dict[str, Any], device: str, path: str) -> Any:
    model = MODELS.build(cfg.model)
    if torch.device(device).type == 'cpu':
        model = revert_sync_batchnorm(model)
    load_weights(model, weights, path)
    return model.to(device).eval()


def _validation_loader(cfg: Config) -> Any:
    """Builds the loader of the validation set in its order, or those of several."""
    in_order = dict(sampler=dict(type='DefaultSampler', shuffle=False))
    several = loaders_by_name(cfg.val_dataloader)
    if several is None:
        return Runner.build_dataloader({**cfg.val_dataloader, **in_order})
    return JoinedLoaders(
        {name: Runner.build_dataloader({**one, **in_order}) for name, one in several.items()}
    )


def _flops(model: nn.Module, found: ValidationPass) -> tuple[int | None, tuple[str, ...]]:
    try:
        return count_flops(model, found.input_size), ()
    except ValueError as error:
        note = f'FLOPs could not be counted. {error}'
        print_log(note, logger='current', level=logging.WARNING)
        return None, (note,)


def _without_nan(values: np.ndarray) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _versions() -> dict[str, str]:
    packages = dict(torch=torch, mmengine=mmengine, mmcv=mmcv, mmseg=mmseg)
    versions = {name: str(package.__version__) for name, package in packages.items()}
    return {'mmmtl': __version__, **versions, 'python': platform.python_version()}


def _device_name(device: str) -> str:
    return torch.cuda.get_device_name(device) if device.startswith('cuda') else device
