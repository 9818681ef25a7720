"""How a network is run over an image: on the whole of it, or on overlapping windows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from numbers import Integral
from typing import Any

from mmengine.config import ConfigDict
from torch import Tensor

from mmmtl.models.half_precision import check_dtype

_MODES = ('whole', 'slide')


def checked_test_cfg(test_cfg: dict | None) -> ConfigDict:
    """Completes and checks mmseg's ``test_cfg``.

    Args:
        test_cfg: ``dict(mode='whole')``, or ``dict(mode='slide', crop_size=(h, w),
            stride=(h, w))``; and ``dtype``, the precision. Other keys are kept. None means
            ``'whole'``.

    Returns:
        The same with its mode and ``dtype``; keys are attributes too, which some heads of mmseg
        read.

    Raises:
        ValueError: If the mode or the precision is not known, windows lack their size or stride,
            these are no pairs of whole numbers, or the stride leaves gaps between windows.
    """
    checked = ConfigDict({'mode': 'whole', 'dtype': 'float32', **(test_cfg or {})})
    check_dtype(checked['dtype'])
    if checked['mode'] not in _MODES:
        raise ValueError(f'test_cfg.mode: expected one of {_MODES}, found {checked["mode"]!r}.')
    if checked['mode'] == 'slide':
        _check_windows(checked)
    return checked


def _check_windows(test_cfg: ConfigDict) -> None:
    keys = ('crop_size', 'stride')
    lacking = [key for key in keys if key not in test_cfg]
    if lacking:
        raise ValueError(f'test_cfg: mode "slide" needs {lacking}, pairs of (height, width).')
    for key in keys:
        if not _is_pair(test_cfg[key]):
            raise ValueError(
                f'test_cfg.{key}: expected (height, width), two whole numbers from 1, '
                f'found {test_cfg[key]!r}.'
            )
    crop_size, stride = (tuple(test_cfg[key]) for key in keys)
    if any(step > crop for step, crop in zip(stride, crop_size, strict=True)):
        raise ValueError(
            f'test_cfg.stride: expected at most crop_size, {crop_size}, found {stride}, '
            'which leaves pixels between the windows without a prediction.'
        )


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and len(value) == 2
        and all(isinstance(one, Integral) and int(one) >= 1 for one in value)
    )


def slide_windows(
    run: Callable[[Tensor], dict[str, Tensor]],
    inputs: Tensor,
    crop_size: Sequence[int],
    stride: Sequence[int],
    images: Sequence[str] = (),
    of_whole: Collection[str] = (),
) -> dict[str, Tensor]:
    """Runs a network on overlapping windows and averages its outputs where they overlap.

    Args:
        run: The network, from images to outputs by task, of the same size or, of the tasks of
            ``of_whole``, 1x1.
        inputs: Images of shape (N, 3, H, W).
        crop_size: Height and width of a window, at most those of the images.
        stride: Distance of neighbouring windows, down and to the right; at most ``crop_size``.
        images: Names of the images, for messages. Defaults to none.
        of_whole: Tasks of the whole image, whose outputs are averaged over all windows. Defaults to
            none.

    Returns:
        The mean outputs by task, of shape (N, C, H, W) or (N, C, 1, 1).

    Raises:
        ValueError: If an image is smaller than a window.
    """
    size = inputs.shape[2:]
    if any(crop > length for crop, length in zip(crop_size, size, strict=True)):
        raise ValueError(
            f'{", ".join(images) or "image"}: expected at least the size of test_cfg.crop_size, '
            f'{tuple(crop_size)}, found {tuple(size)}; take a smaller one, or pad images with '
            f'data_preprocessor.test_cfg=dict(size={tuple(crop_size)}).'
        )
    totals: dict[str, Tensor] = {}
    counts = inputs.new_zeros((1, 1, *size))
    windows = list(_windows(size, crop_size, stride))
    for rows, columns in windows:
        for name, output in run(inputs[..., rows, columns]).items():
            if name in of_whole:
                totals[name] = totals.get(name, 0) + output
                continue
            if name not in totals:
                totals[name] = output.new_zeros((*output.shape[:2], *size))
            totals[name][..., rows, columns] += output
        counts[..., rows, columns] += 1
    return {
        name: total / (len(windows) if name in of_whole else counts)
        for name, total in totals.items()
    }


def _windows(
    size: Sequence[int], crop_size: Sequence[int], stride: Sequence[int]
) -> Iterator[tuple[slice, slice]]:
    """Covers an image; windows that would stick out are moved back inside."""
    starts = [
        [min(k * step, length - crop) for k in range((length - crop + step - 1) // step + 1)]
        for length, crop, step in zip(size, crop_size, stride, strict=True)
    ]
    for top in starts[0]:
        for left in starts[1]:
            yield slice(top, top + crop_size[0]), slice(left, left + crop_size[1])
