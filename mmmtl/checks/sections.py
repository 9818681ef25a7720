"""Whether a config has the parts that a Runner needs, in the form that it needs."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from mmseg.registry import LOOPS
from torch.utils.data import DataLoader

from mmmtl.checks.problems import Problems
from mmmtl.engine.loops import MultiSetTestLoop, MultiSetValLoop
from mmmtl.sets.config_sets import loaders_by_name
from mmmtl.sets.set_names import check_set_names
from mmmtl.tasks.nearest import nearest, nearest_name

_OTHERS = {'train': 'optim_wrapper', 'val': 'val_evaluator', 'test': 'test_evaluator'}
_LOADER = (
    'dataset',
    'sampler',
    'batch_sampler',
    'collate_fn',
    'worker_init_fn',
    'num_batch_per_epoch',
    'disable_subprocess_warning',
)


def check_sections(
    cfg: Mapping[str, Any], phases: tuple[str, ...], problems: Problems
) -> tuple[str, ...]:
    """Checks the parts of each phase: loader, loop, and optimizer or evaluator.

    Args:
        cfg: The config.
        phases: Which of ``'train'``, ``'val'`` and ``'test'`` are looked at.
        problems: Gets the problems.

    Returns:
        The phases that the config has.
    """
    if cfg.get('model') is None:
        problems.add('model', f'is missing{_instead("model", cfg)}')
    there = []
    for phase in phases:
        keys = (f'{phase}_dataloader', f'{phase}_cfg', _OTHERS[phase])
        found = [key for key in keys if cfg.get(key) is not None]
        if not found and phase != 'train':
            continue
        for key in keys:
            if key not in found:
                beside = f', beside {" and ".join(found)}' if found else ''
                problems.add(key, f'is missing{beside}{_instead(key, cfg)}')
        if keys[0] in found:
            _check_loaders(cfg, phase, problems)
        if keys[1] in found:
            _check_loop(cfg[keys[1]], phase, problems)
        there.append(phase)
    return tuple(there)


def loop_type(loop: Mapping[str, Any], phase: str) -> Any:
    """Finds the class of a loop, which mmengine lets a config leave out.

    Args:
        loop: Config of the loop.
        phase: ``'train'``, ``'val'`` or ``'test'``.

    Returns:
        The class; None if there is none of that name.
    """
    kinds = {'val': 'ValLoop', 'test': 'TestLoop'}
    by_epoch = 'EpochBasedTrainLoop' if loop.get('by_epoch', True) else 'IterBasedTrainLoop'
    kind = loop.get('type', kinds.get(phase, by_epoch))
    return LOOPS.get(kind) if isinstance(kind, str) else kind


def _instead(key: str, cfg: Mapping[str, Any]) -> str:
    """Names a variable of the config that is nearly called what is missing."""
    others = [name for name in cfg if not name.startswith(('train_', 'val_', 'test_'))]
    others += [name for name in cfg if name.split('_')[0] == key.split('_')[0] and name != key]
    meant = nearest_name(key, others)
    return f'; there is {meant!r}.' if meant is not None and meant != key else '.'


def _check_loaders(cfg: Mapping[str, Any], phase: str, problems: Problems) -> None:
    """Checks the loader of a phase, or those of several data sets."""
    where = f'{phase}_dataloader'
    loader, loop = cfg[where], cfg.get(f'{phase}_cfg')
    built = loop_type(loop, phase) if isinstance(loop, Mapping) else None
    takes_several = isinstance(built, type) and issubclass(
        built, (MultiSetValLoop, MultiSetTestLoop)
    )
    if takes_several and isinstance(loader, Mapping) and 'dataset' not in loader:
        with problems.catch(''):
            check_set_names(loader, where)
        for name, one in loader.items():
            _check_loader(one, f'{where}.{name}', problems)
    elif takes_several:
        problems.add(
            where,
            'expected a data loader for each data set, dict(NAME=dict(dataset=...), ...), which '
            f'{getattr(built, "__name__", None)} needs, found a single one.',
        )
    elif phase != 'train' and loaders_by_name(loader) is not None:
        title = {'val': 'MultiSetValLoop', 'test': 'MultiSetTestLoop'}[phase]
        problems.add(
            f'{phase}_cfg.type',
            f'expected {title!r} for the data sets {list(loader)} of {where}, '
            f'found {getattr(built, "__name__", None)!r}.',
        )
    else:
        _check_loader(loader, where, problems)


def _check_loader(loader: Any, where: str, problems: Problems) -> None:
    if not isinstance(loader, Mapping):
        problems.add(where, f'expected a dict, found {loader!r}.')
        return
    known = [*inspect.signature(DataLoader).parameters, *_LOADER]
    for key in loader:
        if key not in known:
            problems.add(where, f'a data loader has no argument {key!r}{nearest(key, known)}')
    if loader.get('dataset') is None:
        problems.add(f'{where}.dataset', f'is missing{_instead("dataset", loader)}')
    if loader.get('sampler') is None and loader.get('batch_sampler') is None:
        problems.add(
            f'{where}.sampler',
            "is missing; expected dict(type='DefaultSampler', shuffle=True) or another.",
        )
    for key, least in (('batch_size', 1), ('num_workers', 0)):
        _check_number(loader.get(key, least), least, f'{where}.{key}', problems)


def _check_loop(loop: Any, phase: str, problems: Problems) -> None:
    where = f'{phase}_cfg'
    if not isinstance(loop, Mapping):
        problems.add(where, f'expected a dict, found {loop!r}.')
        return
    built = loop_type(loop, phase)
    if built is None:
        return  # named by the check of types
    given = {key: value for key, value in loop.items() if key not in ('type', 'by_epoch')}
    parameters = inspect.signature(built).parameters
    given_by_runner = ('runner', 'dataloader', 'evaluator')
    for name, parameter in parameters.items():
        needed = (
            parameter.default is parameter.empty
            and parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        )
        if needed and name not in (*given, *given_by_runner):
            problems.add(f'{where}.{name}', f'is missing; {built.__name__} needs it.')
    if 'type' not in loop:
        for key in given:
            if key not in parameters:
                problems.add(
                    where, f'{built.__name__} has no argument {key!r}{nearest(key, parameters)}'
                )
    for key in ('max_epochs', 'max_iters', 'val_interval'):
        _check_number(given.get(key, 1), 1, f'{where}.{key}', problems)


def _check_number(value: Any, least: int, where: str, problems: Problems) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        problems.add(where, f'expected a whole number from {least}, found {value!r}.')
