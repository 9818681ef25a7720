from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

from mmengine import fileio

from mmmtl.datasets.conversion import Intrinsics, read_camera_matrix
from mmmtl.datasets.stereo_camera import CITYSCAPES_CAMERA

_CITYSCAPES_SIZE = (1024, 2048)


@dataclass(frozen=True)
class DepthCamera:
    """The camera that says where the pixels of a depth map are in space.

    Args:
        intrinsics: Focal lengths and principal point, in pixels.
        size: Height and width of the images in whose pixels they are stated. Defaults to None:
            those of each image itself.
        baseline: Distance to the second camera in metres, of a stereo camera whose disparities are
            in the pixels of ``intrinsics``. Defaults to None: not known.

    Raises:
        ValueError: If a number is not finite, or a focal length, side or baseline not positive.
    """

    intrinsics: Intrinsics
    size: tuple[int, int] | None = None
    baseline: float | None = None

    def __post_init__(self) -> None:
        """Checks the numbers."""
        fx, fy, cx, cy = (getattr(self.intrinsics, name) for name in ('fx', 'fy', 'cx', 'cy'))
        if not all(map(math.isfinite, (fx, fy, cx, cy))) or fx <= 0 or fy <= 0:
            raise ValueError(
                'camera: expected finite numbers and positive focal lengths, found '
                f'fx {fx:g}, fy {fy:g}, cx {cx:g}, cy {cy:g}.'
            )
        if self.size is not None and min(self.size) < 1:
            raise ValueError(f'camera: expected a positive height and width, found {self.size}.')
        if self.baseline is not None and not 0 < self.baseline < math.inf:
            raise ValueError(f'baseline: expected positive metres, found {self.baseline:g}.')

    def of_size(self, size: tuple[int, int]) -> Intrinsics:
        """Gives the camera of images of the same view that were resized.

        Args:
            size: Their height and width.

        Returns:
            The camera in their pixels.
        """
        if self.size is None:
            return self.intrinsics
        return self.intrinsics.scaled(size[1] / self.size[1], size[0] / self.size[0])


CITYSCAPES_VIEW = DepthCamera(
    Intrinsics(CITYSCAPES_CAMERA.focal, 2265.3017905988554, 1096.98, 513.137),
    _CITYSCAPES_SIZE,
    CITYSCAPES_CAMERA.baseline,
)
"""The rig of CityScapes, for images whose own camera file is not given. Those of its cities differ
a little."""


def parse_camera(text: str, baseline: float | None = None) -> DepthCamera:
    """Reads a camera from the command line.

    Args:
        text: ``fx,fy,cx,cy``; a file with the lines ``fx 0 cx``, ``0 fy cy`` and ``0 0 1``; or a
            camera file of CityScapes, which ends with ``.json`` and is of images of 1024x2048
            pixels. ``@HEIGHTxWIDTH`` behind it says of which size of images it is.
        baseline: See :class:`DepthCamera`. Defaults to None: that of the file, if it has one.

    Returns:
        The camera.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the text is none of these.
    """
    stated, size = text, None
    if found := re.fullmatch(r'(.+)@([1-9]\d*)x([1-9]\d*)', text):
        stated, size = found[1], (int(found[2]), int(found[3]))
    if stated.lower().endswith('.json'):
        camera = _read_cityscapes(stated)
    elif ',' in stated:
        camera = DepthCamera(_four_numbers(stated))
    else:
        camera = DepthCamera(read_camera_matrix(Path(stated)))
    camera = camera if size is None else replace(camera, size=size)
    return camera if baseline is None else replace(camera, baseline=baseline)


def _four_numbers(text: str) -> Intrinsics:
    try:
        fx, fy, cx, cy = (float(number) for number in text.split(','))
    except ValueError:
        raise ValueError(
            f'camera: expected fx,fy,cx,cy in pixels, or a file, found {text!r}.'
        ) from None
    return Intrinsics(fx, fy, cx, cy)


def _read_cityscapes(path: str) -> DepthCamera:
    if not Path(path).is_file():
        raise FileNotFoundError(f'{path}: no such file, expected a camera file of CityScapes.')
    try:
        content = fileio.load(path)
        numbers = (float(content['intrinsic'][name]) for name in ('fx', 'fy', 'u0', 'v0'))
        baseline = float(content['extrinsic']['baseline'])
        return DepthCamera(Intrinsics(*numbers), _CITYSCAPES_SIZE, baseline)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(
            f'{path}: expected a camera file with extrinsic.baseline and intrinsic.fx, fy, u0 and '
            f'v0 ({error!r}).'
        ) from error
