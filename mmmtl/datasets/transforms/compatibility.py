"""Which transforms of mmcv and mmseg are right for the label maps of which tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mmmtl.tasks import DEPTH, SEG, Task

_CHECKED_PACKAGES = ('mmcv', 'mmseg')


def _all(task: Task) -> bool:  # noqa: ARG001
    return True


def _maps(task: Task) -> bool:
    return task.is_dense


def _of_whole_image(task: Task) -> bool:
    return not task.is_dense


def _numbers(task: Task) -> bool:
    return task.is_dense and not task.holds_ids


def _zoomed(task: Task) -> bool:
    return task.changes_with_zoom


def _along_image(task: Task) -> bool:
    return task.follows_image_axes


@dataclass(frozen=True)
class Refusal:
    """Why a transform must not be used on some maps.

    Args:
        reason: What it does wrong, as the end of a sentence.
        instead: What to use.
        tasks: Tells of a task whether it goes wrong on its labels. Defaults to: on all maps.
        except_keys: Map keys on which it is right all the same. Defaults to none.
        when: Tells of a transform whether its settings let it go wrong. Defaults to: always.
    """

    reason: str
    instead: str
    tasks: Callable[[Task], bool] = _maps
    except_keys: tuple[str, ...] = ()
    when: Callable[[Any], bool] = lambda transform: True

    def concerns(self, transform: Any, task: Task) -> bool:
        """Tells whether a transform must not be used on the map of a task.

        Args:
            transform: The transform.
            task: The task.

        Returns:
            True if it must not.
        """
        is_wrong = self.tasks(task) and task.map_key not in self.except_keys
        return is_wrong and self.when(transform)


def _changes_only(*keys: str, instead: str) -> Refusal:
    return Refusal(f'changes {" and ".join(keys)} only', instead, except_keys=keys)


_ZOOM = 'gives depths of another scale than it shows, once a crop follows'
_READERS = Refusal(
    "does not read labels with the data set's readers", 'LoadMultiTaskAnnotations', _all
)
_VOLUMES = Refusal('is made for volumes of shape (channels, Z, Y, X)', 'transforms of images', _all)
_UNKNOWN = Refusal('is not known to be right for them', 'a transform of mmmtl', tasks=_numbers)

_REFUSALS: dict[str, tuple[Refusal, ...]] = {
    # Right as they are: the image alone is read or recoloured, or something is only added.
    **dict.fromkeys(
        (
            'mmcv.LoadImageFromFile',
            'mmcv.Normalize',
            'mmcv.RandomGrayscale',
            'mmcv.ImageToTensor',
            'mmcv.ToTensor',
            'mmseg.AdjustGamma',
            'mmseg.CLAHE',
            'mmseg.ConcatCDInput',
            'mmseg.GenerateEdge',
            'mmseg.InferencerLoader',
            'mmseg.LoadImageFromNDArray',
            'mmseg.LoadImageFromNpyFile',
            'mmseg.LoadMultipleRSImageFromFile',
            'mmseg.LoadSingleRSImageFromFile',
            'mmseg.PhotoMetricDistortion',
            'mmseg.RandomDepthMix',
            'mmseg.Rerange',
            'mmseg.RGB2Gray',
        ),
        (),
    ),
    # Right as they are: the transforms that they hold are checked one by one.
    **dict.fromkeys(
        (
            'mmcv.Compose',
            'mmcv.KeyMapper',
            'mmcv.RandomApply',
            'mmcv.RandomChoice',
            'mmcv.TestTimeAug',
            'mmcv.TransformBroadcaster',
        ),
        (),
    ),
    # Right as they are: all label maps are resized or cropped by whole pixels.
    **dict.fromkeys(
        (
            'mmseg.RandomCrop',
            'mmseg.Resize',
            'mmseg.ResizeShortestEdge',
            'mmseg.ResizeToMultiple',
            'mmseg.SegRescale',
        ),
        (),
    ),
    # Wrong for some tasks, or with some settings.
    'mmcv.CenterCrop': (_changes_only(SEG.map_key, instead='RandomCrop'),),
    'mmcv.Pad': (_changes_only(SEG.map_key, instead='MultiTaskPad'),),
    'mmcv.RandomFlip': (_changes_only(SEG.map_key, instead='MultiTaskRandomFlip'),),
    'mmcv.Resize': (_changes_only(SEG.map_key, instead='mmseg.Resize'),),
    'mmcv.RandomResize': (Refusal(_ZOOM, 'MultiTaskRandomResize', _zoomed),),
    'mmcv.RandomChoiceResize': (Refusal(_ZOOM, 'RandomScaleCrop', _zoomed),),
    'mmseg.Albu': (_changes_only(SEG.map_key, instead='the MultiTask... transforms'),),
    'mmseg.PackSegInputs': (
        Refusal(
            f'packs {SEG.map_key} and {DEPTH.map_key} only',
            'PackMultiTaskInputs',
            _all,
            except_keys=(SEG.map_key, DEPTH.map_key),
        ),
    ),
    'mmseg.RandomCutOut': (
        Refusal(
            'writes seg_fill_in, a class id, into every map',
            'MultiTaskRandomCutOut',
            _numbers,
            when=lambda transform: transform.seg_fill_in is not None,
        ),
    ),
    'mmseg.RandomFlip': (
        Refusal('does not mirror the directions themselves', 'MultiTaskRandomFlip', _along_image),
        Refusal(
            'swaps swap_seg_labels, class ids, in every map',
            'MultiTaskRandomFlip',
            _numbers,
            when=lambda transform: transform.swap_seg_labels is not None,
        ),
    ),
    'mmseg.RandomMosaic': (
        Refusal(
            'pads every map with a class id and resizes parts without changing depths',
            'RandomScaleCrop',
            _numbers,
        ),
        Refusal(
            'joins four images, and the label is that of one', 'RandomScaleCrop', _of_whole_image
        ),
    ),
    'mmseg.RandomRotate': (
        Refusal(
            'pads every map with a class id and does not turn the directions themselves',
            'MultiTaskRandomRotate',
            _numbers,
        ),
    ),
    # Wrong for every task.
    'mmcv.LoadAnnotations': (_READERS,),
    'mmseg.LoadAnnotations': (_READERS,),
    'mmseg.LoadDepthAnnotation': (_READERS,),
    'mmcv.MultiScaleFlipAug': (Refusal('does not give on data_samples', 'TestTimeAug', _all),),
    'mmseg.RandomRotFlip': (
        Refusal(
            'interpolates labels, pads them with 0 and does not turn directions',
            'MultiTaskRandomRotate and MultiTaskRandomFlip',
        ),
    ),
    **dict.fromkeys(
        (
            'mmseg.BioMedical3DPad',
            'mmseg.BioMedical3DRandomCrop',
            'mmseg.BioMedical3DRandomFlip',
            'mmseg.BioMedicalGaussianBlur',
            'mmseg.BioMedicalGaussianNoise',
            'mmseg.BioMedicalRandomGamma',
            'mmseg.LoadBiomedicalAnnotation',
            'mmseg.LoadBiomedicalData',
            'mmseg.LoadBiomedicalImageFromFile',
        ),
        (_VOLUMES,),
    ),
}
"""The decision on every transform of mmcv and mmseg, by package and class name; none means that it
is right as it is. What the values of a map need stands in :mod:`mmmtl.geometry`."""


_NEED_SEG: dict[str, tuple[Callable[[Any], bool], str]] = {
    'mmseg.RandomCrop': (lambda crop: crop.cat_max_ratio < 1, 'with a cat_max_ratio below 1'),
    'mmseg.GenerateEdge': (lambda edge: True, 'which draws the edges'),
}
"""Transforms that read mmseg's own label, when they do so, and how to say it."""


def check_pipeline(transforms: Iterable[Any], tasks: Iterable[Task]) -> None:
    """Refuses transforms of mmcv and mmseg that would silently corrupt labels.

    Transforms inside others (``RandomApply``, ``RandomChoice``, ``TestTimeAug``, ...) are seen too.
    Transforms of other packages, subclasses of mmseg's among them, are their authors' business.

    Args:
        transforms: The transforms of a pipeline, built.
        tasks: The tasks whose labels go through it.

    Raises:
        ValueError: If a transform is wrong for one of the tasks, reads the label of ``seg`` where
            there is none, or, for tasks other than of classes, if it is one of mmcv or mmseg that
            is not known here.
    """
    tasks = list(tasks)
    for transform in _with_inner(transforms):
        package, name = type(transform).__module__.partition('.')[0], type(transform).__name__
        if package not in _CHECKED_PACKAGES:
            continue
        _check_needed(f'{package}.{name}', transform, tasks)
        for refusal in _REFUSALS.get(f'{package}.{name}', (_UNKNOWN,)):
            concerned = [task.name for task in tasks if refusal.concerns(transform, task)]
            if concerned:
                raise ValueError(
                    f'pipeline: {name} of {package} cannot be used with labels of '
                    f'{", ".join(concerned)}: it {refusal.reason}. Use {refusal.instead} instead.'
                )


def _check_needed(name: str, transform: Any, tasks: list[Task]) -> None:
    reads, saying = _NEED_SEG.get(name, (lambda _: False, ''))
    if reads(transform) and all(task.map_key != SEG.map_key for task in tasks):
        package, _, kind = name.partition('.')
        raise ValueError(
            f'pipeline: {kind} of {package} {saying} reads the label of {SEG.name!r}, expected '
            f'it among the tasks, found {[task.name for task in tasks]}.'
        )


def _with_inner(transforms: Iterable[Any]) -> Iterator[Any]:
    """Walks through transforms and those that they hold, by mmcv's names of the attributes."""
    for transform in transforms:
        if not callable(transform):
            continue
        yield transform
        for attribute in ('transforms', 'subroutines', 'resize'):
            inner = getattr(transform, attribute, ())
            yield from _with_inner(inner if isinstance(inner, Iterable) else (inner,))
