"""Whether crops, paddings and windows of a config fit each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmseg.registry import TRANSFORMS

from mmmtl.checks.problems import Problems
from mmmtl.models.data_preprocessor import padded_size
from mmmtl.sets.config_sets import loader_places

Size = tuple[int, int]

_HEIGHT_FIRST = {'RandomCrop': 'crop_size', 'ReduceResolution': 'size'}
_WIDTH_FIRST = {'Resize': 'scale', 'MultiTaskPad': 'size', 'Pad': 'size'}
"""Transforms after which images have the size that an argument states, in either order."""

_OPEN = ('RandomResize', 'MultiTaskRandomResize', 'RandomChoiceResize', 'ResizeToMultiple')
"""Transforms after which the size depends on the image, or on chance."""

_PACKAGES = ('mmcv', 'mmengine', 'mmseg', 'mmmtl')
_OTHER_CHANNELS = (
    'ConcatCDInput',
    'LoadBiomedicalImageFromFile',
    'LoadImageFromNDArray',
    'LoadMultipleRSImageFromFile',
    'LoadSingleRSImageFromFile',
    'RGB2Gray',
)
"""Transforms after which an image may have another number of channels than three."""


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


def reads_colors(pipeline: Any) -> bool:
    """Tells whether the images that come out of a pipeline are known to have three channels.

    Args:
        pipeline: Config of the pipeline.

    Returns:
        False where a transform of one's own, or one that reads or makes other images, is in it.
    """
    for step in pipeline if isinstance(pipeline, (list, tuple)) else ():
        kind = step.get('type') if isinstance(step, Mapping) else None
        built = TRANSFORMS.get(kind) if isinstance(kind, str) else kind
        package = getattr(built, '__module__', '').partition('.')[0]
        name = getattr(built, '__name__', '')
        if built is not None and (package not in _PACKAGES or name in _OTHER_CHANNELS):
            return False
        if isinstance(step, Mapping) and step.get('color_type', 'color') != 'color':
            return False
    return True


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
    preprocessor = _dict(model.get('data_preprocessor'))
    padded = _pair(preprocessor.get('size'))
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
        images = _as_tested(image_size(_pipeline(_dict(loader).get('dataset'))), preprocessor)
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


def _as_tested(images: Size | None, preprocessor: Mapping[str, Any]) -> Size | None:
    padding = _dict(preprocessor.get('test_cfg'))
    divisor = padding.get('size_divisor')
    if images is None or not (divisor is None or isinstance(divisor, int)):
        return None
    return padded_size([images], _pair(padding.get('size')), divisor)


def _dict(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _pair(given: Any) -> Size | None:
    if isinstance(given, int):
        return given, given
    if isinstance(given, (list, tuple)) and len(given) == 2:
        first, second = given
        return (first, second) if isinstance(first, int) and isinstance(second, int) else None
    return None
