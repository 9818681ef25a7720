"""From a config file to a Runner that fits the machine.

The commands ``train`` and ``test`` are thin wrappers around these functions, and so can be a script
of one's own::

    from mmmtl.apis.launch import build_runner, load_config

    cfg = load_config('configs/mtan_segnet_cityscapes7.py', work_dir='work_dirs/mine')
    build_runner(cfg).train()
"""

from __future__ import annotations

import itertools
import logging
from pathlib import Path
from typing import Any

from mmengine.config import Config
from mmengine.logging import print_log
from mmengine.runner import Runner
from mmengine.visualization import Visualizer
from mmseg.registry import RUNNERS

from mmmtl.apis.config_mistakes import check_optimizer
from mmmtl.apis.fast_runtime import apply_fast
from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.compat.amp import adapt_amp_to_machine
from mmmtl.compat.config_reading import override_values, read_config
from mmmtl.compat.distributed import adapt_distribution_to_machine
from mmmtl.compat.storage import search_latest_checkpoint
from mmmtl.engine.best_checkpoint import fill_rule
from mmmtl.engine.hooks import (
    BestCheckpointHook,
    CheckpointFitHook,
    EpochSeedHook,
    PreemptionHook,
    WorkDirHook,
)
from mmmtl.files import make_folder
from mmmtl.shipped_files import find_config

_HOOKS = (EpochSeedHook, PreemptionHook, CheckpointFitHook, WorkDirHook, BestCheckpointHook)


def load_config(
    path: str | Path,
    cfg_options: dict[str, Any] | None = None,
    work_dir: str | Path | None = None,
    launcher: str = 'none',
) -> Config:
    """Reads a config file; its top-level ``tasks`` go to its model and its data sets.

    Args:
        path: Path of the config file, or ``mmmtl::NAME`` for one that comes with the package.
        cfg_options: Values that override the file's, by dotted key.
        work_dir: Folder for logs and checkpoints. Defaults to the config's ``work_dir``, else to
            ``work_dirs/<name of the config>``.
        launcher: ``'none'``, ``'pytorch'``, ``'slurm'`` or ``'mpi'``.

    Returns:
        The config.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it cannot be read, an option does not fit it, or a data set lists a task that
            the config does not define.
    """
    file = find_config(path)
    cfg = read_config(file)
    cfg.launcher = launcher
    override_values(cfg, cfg_options or {}, path)
    if work_dir is not None:
        cfg.work_dir = str(work_dir)
    elif cfg.get('work_dir') is None:
        cfg.work_dir = str(Path('work_dirs', file.stem))
    share_tasks(cfg)
    return cfg


def build_runner(cfg: Config) -> Runner:
    """Adapts a config to the machine and builds its Runner.

    A config's ``fast`` is turned into what mmengine knows (:mod:`mmmtl.apis.fast_runtime`).
    Where there is no GPU, several processes talk over gloo, ``SyncBN`` becomes ``BN`` and mixed
    precision is bfloat16; a line in the log says so. Resuming without ``load_from`` starts from the
    latest whole checkpoint in ``work_dir``.

    Like any of mmengine's, the Runner sets the process's default scope and needs it until its work
    is done, as it builds its parts when they are first used. ``default_scope`` defaults to
    ``'mmseg'``. Where ``CheckpointHook(save_best=...)`` has no ``rule`` and it is known whether
    more of the metric is better, the rule is filled in. Where the config has none of their kind,
    ``EpochSeedHook``, ``PreemptionHook``, ``CheckpointFitHook``, ``WorkDirHook`` and
    ``BestCheckpointHook`` are added. Where the process has a visualizer of the config's name
    already, that of another run, the run gets one of its own.

    Args:
        cfg: The config, changed in place.

    Returns:
        The Runner.

    Raises:
        FileNotFoundError: If ``load_from`` is a path and there is no such file.
        NotADirectoryError: If ``work_dir`` is there and is no folder.
        ValueError: If the launcher cannot be used on this machine, or there is no such
            ``runner_type`` or optimizer.
    """
    if cfg.get('default_scope') is None:
        cfg.default_scope = 'mmseg'
    runner_class = _runner_class(cfg.get('runner_type', 'Runner'))
    if cfg.get('work_dir') is not None:
        make_folder(cfg.work_dir)
    resumed, passed_over = _resolve_resume(cfg)
    apply_fast(cfg)
    notes = [adapt_distribution_to_machine(cfg), adapt_amp_to_machine(cfg), resumed]
    _fill_rule(cfg)
    _keep_visualizers_apart(cfg)
    check_optimizer(cfg)
    runner = runner_class.from_cfg(cfg)
    _add_hooks(runner)
    for warning in passed_over:
        print_log(warning, logger=runner.logger, level=logging.WARNING)
    for note in notes:
        if note is not None:
            print_log(note, logger=runner.logger)
    return runner


def _add_hooks(runner: Runner) -> None:
    for kind in _HOOKS:
        if not any(isinstance(hook, kind) for hook in runner.hooks):
            runner.register_hook(kind())


def _keep_visualizers_apart(cfg: Config) -> None:
    """Has a second run in a process write its scalars and pictures to its own folder.

    mmengine gives every run the visualizer that the first one made under the same name.
    """
    visualizer = cfg.get('visualizer')
    name = visualizer.get('name') if isinstance(visualizer, dict) else None
    if name is not None and Visualizer.check_instance_created(name):
        others = (f'{name}_{number}' for number in itertools.count(2))
        visualizer['name'] = next(n for n in others if not Visualizer.check_instance_created(n))


def _fill_rule(cfg: Config) -> None:
    checkpoint = (cfg.get('default_hooks') or {}).get('checkpoint')
    rule = fill_rule(checkpoint)
    if checkpoint is not None and rule is not None:
        checkpoint['rule'] = rule


def _runner_class(kind: str | type[Runner]) -> type[Runner]:
    """Finds a class of Runners in mmseg's registry, whichever scope the process has."""
    found = RUNNERS.get(kind) if isinstance(kind, str) else kind
    if found is None:
        raise ValueError(f'runner_type: expected the name of a registered Runner, found {kind!r}.')
    return found


def require_checkpoint(path: str) -> str:
    """Checks that a checkpoint exists before anything is built.

    Args:
        path: Path of a file, or an address (``https://...``), which is not checked.

    Returns:
        The path.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    if '://' not in path and not Path(path).expanduser().is_file():
        raise FileNotFoundError(f'There is no checkpoint file {path!r}.')
    return path


def _resolve_resume(cfg: Config) -> tuple[str | None, tuple[str, ...]]:
    """Gives a note for the log, and what was passed over."""
    if cfg.get('load_from'):
        require_checkpoint(cfg.load_from)
        return None, ()
    if not cfg.get('resume'):
        return None, ()
    cfg.load_from, passed_over = search_latest_checkpoint(cfg.work_dir)
    if cfg.load_from is not None:
        return f'Resuming from the latest checkpoint, {cfg.load_from}', passed_over
    cfg.resume = False
    nothing = f'Nothing to resume in {cfg.work_dir}: training starts from the beginning'
    return nothing, passed_over
