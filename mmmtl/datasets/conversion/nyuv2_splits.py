from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.io import loadmat

from mmmtl.some_of import some_of

_KEYS = {'train': 'trainNdxs', 'val': 'testNdxs'}


def read_nyuv2_splits(path: str | Path, count: int) -> dict[str, tuple[int, ...]]:
    """Reads which images of NYUv2 are for training and which for testing.

    Args:
        path: The official ``splits.mat``, a MATLAB file with the image numbers ``trainNdxs`` and
            ``testNdxs``, which count from 1.
        count: Number of images in the data set.

    Returns:
        The images of ``'train'`` and of ``'val'`` (the official test split) in the order of the
        file, as indices from 0.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is no such file, or an image number is out of range or named twice.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f'{path}: no such file, expected the splits.mat of NYUv2.')
    if path.is_dir():
        raise ValueError(f'{path}: expected a file, found a folder.')
    try:
        content = loadmat(str(path))
    except Exception as error:  # whatever SciPy stumbles over in a broken file, even a NameError
        raise ValueError(f'{path}: expected a MATLAB 5 file with the splits ({error}).') from error
    splits = {split: _indices(path, content, key, count) for split, key in _KEYS.items()}
    both = set(splits['train']) & set(splits['val'])
    if both:
        raise ValueError(
            f'{path}: expected splits without common images, found {_numbers(both)} in both '
            f'{" and ".join(_KEYS.values())}.'
        )
    return splits


def _indices(path: Path, content: dict[str, np.ndarray], key: str, count: int) -> tuple[int, ...]:
    if key not in content:
        found = [name for name in content if not name.startswith('__')]
        raise ValueError(f'{path}: expected {" and ".join(_KEYS.values())}, found {found}.')
    numbers = content[key]
    is_numbers = isinstance(numbers, np.ndarray) and numbers.dtype.kind in 'iuf' and numbers.size
    if not is_numbers or np.any(np.rint(numbers) != numbers) or not np.isfinite(numbers).all():
        raise ValueError(f'{path}: {key}: expected whole numbers, found {numbers!r}.')
    indices = [int(number) - 1 for number in numbers.ravel()]
    outside = [index for index in indices if not 0 <= index < count]
    if outside:
        raise ValueError(
            f'{path}: {key}: expected image numbers from 1 to {count}, found {_numbers(outside)}.'
        )
    twice = {index for index in indices if indices.count(index) > 1}
    if twice:
        raise ValueError(f'{path}: {key}: found {_numbers(twice)} more than once.')
    return tuple(indices)


def _numbers(indices: set[int] | list[int]) -> str:
    return some_of([str(index + 1) for index in sorted(indices)])
