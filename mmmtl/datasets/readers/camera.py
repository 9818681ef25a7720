from __future__ import annotations

import json
import math

from mmengine import fileio

from mmmtl.datasets.stereo_camera import StereoCamera


def read_camera(path: str, backend_args: dict | None = None) -> StereoCamera:
    """Reads a camera file of CityScapes.

    Args:
        path: JSON file with ``extrinsic.baseline`` in metres and ``intrinsic.fx`` in pixels.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.

    Returns:
        The camera.

    Raises:
        ValueError: If the file is broken, or one of the two numbers is missing, not positive or not
            finite.
    """
    try:
        content = json.loads(fileio.get_text(path, backend_args=backend_args))
        camera = StereoCamera(
            baseline=float(content['extrinsic']['baseline']),
            focal=float(content['intrinsic']['fx']),
        )
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise ValueError(
            f'{path}: expected a camera file with extrinsic.baseline and intrinsic.fx ({error!r}).'
        ) from error
    if not (0 < camera.baseline < math.inf and 0 < camera.focal < math.inf):
        raise ValueError(f'{path}: expected a positive baseline and fx, found {camera}.')
    return camera
