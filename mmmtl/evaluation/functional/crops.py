"""The parts of an image in which published evaluations of depth count pixels."""

from __future__ import annotations

_SHARES = {
    'eigen': (0.3324324, 0.91351351, 0.0359477, 0.96405229),
    'garg': (0.40810811, 0.99189189, 0.03594771, 0.96405229),
}
"""First row, end of the rows, first column and end of the columns, as shares of height and width:
the evaluations of KITTI by Eigen et al. (NeurIPS 2014) and Garg et al. (ECCV 2016)."""

_PIXELS = {'eigen_nyu': ((480, 640), (45, 471, 41, 601))}
"""Size of the image and the same in pixels: Eigen's of NYUv2, ``nyu_crop`` in mmseg."""

CROPS = (*_SHARES, *_PIXELS)
"""Names of the crops."""


def crop_slices(crop: str, size: tuple[int, int]) -> tuple[slice, slice]:
    """Gives the rows and columns in which pixels count.

    Args:
        crop: ``'eigen'`` or ``'garg'`` for KITTI, rounded down to whole pixels at any size;
            ``'eigen_nyu'`` for NYUv2, rows 45 to 470 and columns 41 to 600 of 480x640 pixels.
        size: Height and width of the image.

    Returns:
        The rows and the columns.

    Raises:
        ValueError: If there is no such crop, or it is for images of another size.
    """
    height, width = size
    if crop in _SHARES:
        top, bottom, left, right = _SHARES[crop]
        return (
            slice(int(top * height), int(bottom * height)),
            slice(int(left * width), int(right * width)),
        )
    check_crop(crop)
    expected, (first, last, start, end) = _PIXELS[crop]
    if size != expected:
        raise ValueError(
            f'crop: {crop!r} is for images of {expected[0]}x{expected[1]} pixels, '
            f'found one of {height}x{width}.'
        )
    return slice(first, last), slice(start, end)


def check_crop(crop: str) -> None:
    """Checks the name of a crop.

    Args:
        crop: The name.

    Raises:
        ValueError: If there is no such crop.
    """
    if crop not in CROPS:
        raise ValueError(f'crop: expected one of {", ".join(map(repr, CROPS))}, found {crop!r}.')
