"""Whether crops, paddings and windows of a config fit each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmmtl.checks.problems import Problems
from mmmtl.sets.config_sets import loader_places

Size = tuple[int, int]

_HEIGHT_FIRST = {'RandomCrop': 'crop_size', 'ReduceResolution': 'size'}
_WIDTH_FIRST = {'Resize': 'scale', 'MultiTaskPad': 'size', 'Pad': 'size'}
"""Transforms after which images have the size that an argument states, in either order."""

_OPEN = ('RandomResize', 'MultiTaskRandomResize', 'RandomChoiceResize', 'ResizeToMultiple')
"""Transforms after which the size depends on the image, or on chance."""


def image_size(pipeline: Any) -> Size | None:
    """Tells the size of the images that come out of a pipeline.

    Args:
        pipeline: Config of the pipeline.

    Returns:
        Height and width; None if they are not fixed.
    """
    size = None
    for step in pipeline if isinstance(pipeline, (list, tuple)) else ():
        kind = step.get('type') if isinstance(step, Mapping) else None
        if kind in _HEIGHT_FIRST:
            size = _pair(step.get(_HEIGHT_FIRST[kind]))
        elif kind in _WIDTH_FIRST:
            stated = None if step.get('keep_ratio') else _pair(step.get(_WIDTH_FIRST[kind]))
            size = None if stated is None else (stated[1], stated[0])
        elif kind in _OPEN:
            size = None
    return size


def check_sizes(cfg: Mapping[str, Any], problems: Problems) -> None:
    """Compares crops with the padded size, and sliding windows with the images.

    Args:
        cfg: The config.
        problems: Gets the problems.
    """
    model = cfg.get('model')
    if not isinstance(model, Mapping):
        return
    train = image_size(pipeline_of(cfg, 'train'))
    padded = _pair(_dict(model.get('data_preprocessor')).get('size'))
    if padded and train and any(a > b for a, b in zip(train, padded, strict=True)):
        problems.add(
            'model.data_preprocessor.size',
            f'expected at least {train}, the size of the images of train_dataloader, '
            f'found {padded}.',
        )
    test_cfg = _dict(model.get('test_cfg'))
    window = _pair(test_cfg.get('crop_size')) if test_cfg.get('mode') == 'slide' else None
    loaders = [place for phase in ('val', 'test') for place in loader_places(cfg, phase).items()]
    for where, loader in loaders:
        images = image_size(_pipeline(_dict(loader).get('dataset')))
        if window and images and any(a > b for a, b in zip(window, images, strict=True)):
            problems.add(
                'model.test_cfg.crop_size',
                f'expected windows of at most {images}, the size of the images of '
                f'{where}, found {window}.',
            )


def pipeline_of(cfg: Mapping[str, Any], phase: str) -> Any:
    """Finds the pipeline of a data set, inside of wrappers.

    Args:
        cfg: The config.
        phase: ``'train'``, ``'val'`` or ``'test'``.

    Returns:
        Config of the pipeline; None if there is none.
    """
    return _pipeline(_dict(cfg.get(f'{phase}_dataloader')).get('dataset'))


def _pipeline(given: Any) -> Any:
    dataset = _dict(given)
    while 'pipeline' not in dataset and isinstance(dataset.get('dataset'), Mapping):
        dataset = dataset['dataset']
    return dataset.get('pipeline')


def _dict(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _pair(given: Any) -> Size | None:
    if isinstance(given, int):
        return given, given
    if isinstance(given, (list, tuple)) and len(given) == 2:
        first, second = given
        return (first, second) if isinstance(first, int) and isinstance(second, int) else None
    return None
