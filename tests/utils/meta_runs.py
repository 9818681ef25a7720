"""Trainings with the meta device in the place of a GPU."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from mmengine.config import Config
from mmengine.hooks import Hook

from mmmtl.apis.launch import build_runner, load_config
from tests.utils.architectures import shrink
from tests.utils.device_waits import counted_waits
from tests.utils.paths import CONFIGS

STEPS = 2
SIZE = (32, 64)


class _Enough(Exception):
    """Ends a training."""


class _StepHook(Hook):
    """Takes the counts of each step."""

    priority = 'LOWEST'

    def __init__(self, waits: Any) -> None:
        self.waits = waits
        self.steps: list[tuple[Counter[str], Counter[str]]] = []

    def after_train_iter(self, runner: Any, *_: Any, **__: Any) -> None:
        self.steps.append(self.waits.take())
        if len(self.steps) == STEPS:
            raise _Enough


def waits_of_steps(
    name: str, data_root: Path, work_dir: Path, weighting: str = '', **options: Any
) -> Sequence[tuple[Counter[str], Counter[str]]]:
    """Counts reads and uploads in the steps of a small training after the first.

    Nothing is logged in them. Options are the config's, two underscores stand for a dot.
    """
    options = {key.replace('__', '.'): value for key, value in options.items()}
    cfg = load_config(CONFIGS / f'{name}.py', options, work_dir)
    cfg.experiment_name = f'{name}-{weighting}-{work_dir.name}'
    if weighting:
        path = CONFIGS / '_base_' / 'weightings' / f'{weighting}.py'
        cfg.model.loss_weighting = Config.fromfile(path).loss_weighting
    shrink(cfg.model)
    for key in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        cfg[key].update(batch_size=2, num_workers=0, persistent_workers=False)
        cfg[key].dataset.data_root = str(data_root)
        for step in cfg[key].dataset.pipeline:
            if step['type'] == 'ReduceResolution':
                step['size'] = SIZE
    cfg.log_level = 'ERROR'
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr('mmengine.runner.runner.get_device', lambda: 'meta')
        runner = build_runner(cfg)
        runner._init_model_weights = lambda: None  # there are no values
        with counted_waits() as waits:
            hook = _StepHook(waits)
            runner.register_hook(hook)
            with pytest.raises(_Enough):
                runner.train()
    return hook.steps[1:]
