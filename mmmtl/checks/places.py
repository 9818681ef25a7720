"""Where the parts of a config stand, and in which registry the type of each is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from mmengine.registry import FUNCTIONS, Registry
from mmseg.registry import (
    DATA_SAMPLERS,
    DATASETS,
    EVALUATOR,
    HOOKS,
    LOG_PROCESSORS,
    LOOPS,
    METRICS,
    MODELS,
    OPTIM_WRAPPERS,
    OPTIMIZERS,
    PARAM_SCHEDULERS,
    TRANSFORMS,
    VISBACKENDS,
    VISUALIZERS,
)

from mmmtl.sets.config_sets import inner_sets, loader_places

PHASES = ('train', 'val', 'test')

_INSIDE_MODEL = (
    'auxiliary_head',
    'backbone',
    'data_preprocessor',
    'decode_head',
    'head',
    'heads',
    'loss_decode',
    'loss_weighting',
    'module',
    'neck',
)
_LAYERS = ('act_cfg', 'conv_cfg', 'norm_cfg')


class Place(NamedTuple):
    """A part of a config that is built by its type.

    Args:
        where: Its place, for messages.
        config: The part.
        registry: Where its type is.
        free: Arguments that whoever builds it takes out or adds.
        judged: Whether its arguments are those of its type.
    """

    where: str
    config: Any
    registry: Registry
    free: tuple[str, ...] = ()
    judged: bool = True


def places(cfg: Mapping[str, Any], phases: tuple[str, ...]) -> Iterator[Place]:
    """Finds the parts of a config whose registry is known by where they stand.

    Args:
        cfg: The config.
        phases: Which of ``'train'``, ``'val'`` and ``'test'`` are looked at.

    Yields:
        The parts. Parts of another form than a dict with a type are left out.
    """
    yield from _model(cfg.get('model'), 'model', ())
    yield from _model(cfg.get('tta_model'), 'tta_model', ('module',))
    for phase in phases:
        for where, given in loader_places(cfg, phase).items():
            yield from _loader(_dict(given), where)
        yield from _typed(
            cfg.get(f'{phase}_cfg'), f'{phase}_cfg', LOOPS, ('runner', 'dataloader', 'evaluator')
        )
        yield from _evaluator(cfg.get(f'{phase}_evaluator'), f'{phase}_evaluator')
    yield from _pipeline(cfg.get('tta_pipeline'), 'tta_pipeline')
    if 'train' in phases:
        wrapper = _dict(cfg.get('optim_wrapper'))
        arguments = ('optimizer', 'constructor', 'paramwise_cfg')
        yield from _typed(wrapper, 'optim_wrapper', OPTIM_WRAPPERS, arguments)
        yield from _typed(
            wrapper.get('optimizer'), 'optim_wrapper.optimizer', OPTIMIZERS, ('params',)
        )
        for where, scheduler in each(cfg.get('param_scheduler'), 'param_scheduler'):
            free = ('optimizer', 'convert_to_iter_based')
            yield from _typed(scheduler, where, PARAM_SCHEDULERS, free)
    for name, hook in _dict(cfg.get('default_hooks')).items():
        yield from _typed(hook, f'default_hooks.{name}', HOOKS, ('priority',))
    for where, hook in each(cfg.get('custom_hooks'), 'custom_hooks'):
        yield from _typed(hook, where, HOOKS, ('priority',))
    visualizer = _dict(cfg.get('visualizer'))
    yield from _typed(visualizer, 'visualizer', VISUALIZERS, ('name',))
    for where, backend in each(visualizer.get('vis_backends'), 'visualizer.vis_backends'):
        yield from _typed(backend, where, VISBACKENDS, ('save_dir',))
    yield from _typed(cfg.get('log_processor'), 'log_processor', LOG_PROCESSORS)


def each(given: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Gives one config, or each of several, with its place.

    Args:
        given: A dict, a list of dicts, or None.
        where: Place of it.

    Yields:
        The place and the config.
    """
    if isinstance(given, (list, tuple)):
        yield from ((f'{where}.{index}', one) for index, one in enumerate(given))
    elif given is not None:
        yield where, given


def _dict(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _typed(
    config: Any, where: str, registry: Registry, free: tuple[str, ...] = ()
) -> Iterator[Place]:
    if isinstance(config, Mapping) and 'type' in config:
        yield Place(where, config, registry, free)


def _model(config: Any, where: str, free: tuple[str, ...]) -> Iterator[Place]:
    """Finds the networks in a part of the model, itself first."""
    if isinstance(config, (list, tuple)):
        for place, one in each(config, where):
            yield from _model(one, place, free)
        return
    if not isinstance(config, Mapping):
        return
    if 'type' in config:
        yield Place(where, config, MODELS, free)
    for key, value in config.items():
        place = f'{where}.{key}'
        if key in _LAYERS and isinstance(value, Mapping) and 'type' in value:
            yield Place(place, value, MODELS, judged=False)
        elif key in _INSIDE_MODEL or 'type' not in config:
            yield from _model(value, place, ('tasks',) if key == 'loss_weighting' else ())


def _loader(loader: Mapping[str, Any], where: str) -> Iterator[Place]:
    yield from _dataset(loader.get('dataset'), f'{where}.dataset')
    for key, free in (
        ('sampler', ('dataset', 'seed')),
        ('batch_sampler', ('sampler', 'batch_size')),
    ):
        yield from _typed(loader.get(key), f'{where}.{key}', DATA_SAMPLERS, free)
    for key in ('collate_fn', 'worker_init_fn'):
        yield from _typed(loader.get(key), f'{where}.{key}', FUNCTIONS)


def _dataset(config: Any, where: str) -> Iterator[Place]:
    if not isinstance(config, Mapping):
        return
    yield from _typed(config, where, DATASETS)
    for place, one in inner_sets(config).items():
        yield from _dataset(one, f'{where}.{place}')
    yield from _pipeline(config.get('pipeline'), f'{where}.pipeline')


def _pipeline(config: Any, where: str) -> Iterator[Place]:
    """Finds the transforms in a pipeline, also in those of wrappers."""
    if isinstance(config, (list, tuple)):
        for place, one in each(config, where):
            yield from _pipeline(one, place)
    elif isinstance(config, Mapping):
        yield from _typed(config, where, TRANSFORMS)
        yield from _pipeline(config.get('transforms'), f'{where}.transforms')


def _evaluator(config: Any, where: str) -> Iterator[Place]:
    if isinstance(config, Mapping) and 'type' not in config and 'metrics' not in config:
        for name, one in config.items():  # those of several data sets
            yield from _evaluator(one, f'{where}.{name}')
        return
    for place, one in each(config, where):
        if isinstance(one, Mapping) and 'metrics' in one:
            yield from _typed(one, place, EVALUATOR)
            yield from _evaluator(one['metrics'], f'{place}.metrics')
        else:
            yield from _typed(one, place, METRICS)
