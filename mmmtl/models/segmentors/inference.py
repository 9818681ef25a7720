"""How a network is run over an image: on the whole of it, or on overlapping windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mmengine.config import ConfigDict
from torch import Tensor

_MODES = ('whole', 'slide')


def checked_test_cfg(test_cfg: dict | None) -> ConfigDict:
    """Completes and checks mmseg's ``test_cfg``.

    Args:
        test_cfg: ``dict(mode='whole')``, or ``dict(mode='slide', crop_size=(h, w),
            stride=(h, w))``; other keys are kept. None means ``'whole'``.

    Returns:
        The same with its mode; keys are attributes too, which some heads of mmseg read.

    Raises:
        ValueError: If the mode is another one, or windows lack their size or stride.
    """
    checked = ConfigDict({'mode': 'whole', **(test_cfg or {})})
    if checked['mode'] not in _MODES:
        raise ValueError(f'test_cfg.mode: expected one of {_MODES}, found {checked["mode"]!r}.')
    lacking = [key for key in ('crop_size', 'stride') if key not in checked]
    if checked['mode'] == 'slide' and lacking:
        raise ValueError(f'test_cfg: mode "slide" needs {lacking}, pairs of (height, width).')
    return checked


def slide_windows(
    run: Callable[[Tensor], dict[str, Tensor]],
    inputs: Tensor,
    crop_size: Sequence[int],
    stride: Sequence[int],
) -> dict[str, Tensor]:
    """Runs a network on overlapping windows and averages its outputs where they overlap.

    Args:
        run: The network, from images to outputs of the same size by task.
        inputs: Images of shape (N, 3, H, W).
        crop_size: Height and width of a window; a smaller image is one window.
        stride: Distance of neighbouring windows, down and to the right.

    Returns:
        The mean outputs by task, of shape (N, C, H, W).
    """
    size = inputs.shape[2:]
    totals: dict[str, Tensor] = {}
    counts = inputs.new_zeros((1, 1, *size))
    for rows, columns in _windows(size, crop_size, stride):
        for name, output in run(inputs[..., rows, columns]).items():
            if name not in totals:
                totals[name] = output.new_zeros((*output.shape[:2], *size))
            totals[name][..., rows, columns] += output
        counts[..., rows, columns] += 1
    return {name: total / counts for name, total in totals.items()}


def _windows(
    size: Sequence[int], crop_size: Sequence[int], stride: Sequence[int]
) -> Iterator[tuple[slice, slice]]:
    """Covers an image; windows that would stick out are moved back inside."""
    starts = [
        [
            min(k * step, max(length - crop, 0))
            for k in range(max(length - crop + step - 1, 0) // step + 1)
        ]
        for length, crop, step in zip(size, crop_size, stride, strict=True)
    ]
    for top in starts[0]:
        for left in starts[1]:
            yield slice(top, top + crop_size[0]), slice(left, left + crop_size[1])
