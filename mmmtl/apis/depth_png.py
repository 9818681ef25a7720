"""Real numbers as a 16-bit PNG file that says what its integers mean.

``value = depth_scale * p + depth_offset`` for each integer ``p`` from 0 to 65535. Scale, offset and
unit stand in the file as text (PNG's tEXt chunks ``depth_scale``, ``depth_offset`` and
``depth_unit``), which Pillow gives as ``Image.open(path).text``. The scale is the file's own, the
finest that holds all of its values: errors are at most half of it.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from mmengine import fileio
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mmmtl.datasets.pictures import decode_map
from mmmtl.datasets.pixel_limit import without_pillows_limit
from mmmtl.files import write_atomically

_MAX = 65535


def write_depth_png(path: str | Path, values: np.ndarray, unit: str | None = None) -> float:
    """Writes depths, or other real numbers, as a 16-bit PNG file.

    Args:
        path: The file; one that exists is replaced.
        values: Shape (H, W). The offset is 0 unless there are negative values; then it is the
            smallest.
        unit: Name of the unit: of :data:`mmmtl.tasks.DEPTH_UNITS`, or any text for other numbers.
            Defaults to None, unknown: the file says nothing of it.

    Returns:
        The scale.

    Raises:
        ValueError: If the values have another shape or are not finite.
    """
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f'{path}: expected values of shape (H, W), found {values.shape}.')
    if not np.isfinite(values).all():
        count = int((~np.isfinite(values)).sum())
        raise ValueError(f'{path}: expected finite values, found {count} that are not.')
    values = values.astype(np.float64)
    offset = min(0.0, float(values.min()))
    scale = (float(values.max()) - offset) / _MAX or 1.0
    text = PngInfo()
    text.add_text('depth_scale', repr(scale))
    text.add_text('depth_offset', repr(offset))
    if unit is not None:
        text.add_text('depth_unit', unit)
    integers = np.rint((values - offset) / scale).clip(0, _MAX).astype(np.uint16)
    buffer = io.BytesIO()
    Image.fromarray(integers).save(buffer, format='PNG', pnginfo=text)
    write_atomically(path, buffer.getvalue())
    return scale


def read_depth_png(path: str | Path) -> tuple[np.ndarray, str | None]:
    """Reads what :func:`write_depth_png` wrote.

    Args:
        path: The file, a path or an address that mmengine's file backends read.

    Returns:
        The values, float32 of shape (H, W), and their unit, None if it is not known.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is another file.
    """
    content = fileio.get(path)
    integers = decode_map(content, str(path)).astype(np.float64)
    with without_pillows_limit(), Image.open(io.BytesIO(content)) as picture:
        text = dict(getattr(picture, 'text', {}))
    lacking = [key for key in ('depth_scale', 'depth_offset') if key not in text]
    if lacking:
        raise ValueError(f'{path}: expected {lacking[0]} in the text of the PNG file, found none.')
    values = integers * float(text['depth_scale']) + float(text['depth_offset'])
    return values.astype(np.float32), text.get('depth_unit')
