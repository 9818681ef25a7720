from __future__ import annotations

import json

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
        ValueError: If the file is broken or lacks one of the two numbers.
    """
    try:
        content = json.loads(fileio.get_text(path, backend_args=backend_args))
        camera = StereoCamera(
            baseline=float(content['extrinsic']['baseline']),
            focal=float(content['intrinsic']['fx']),
        )
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f'{path}: expected a camera file with extrinsic.baseline and intrinsic.fx ({error!r}).'
        ) from error
    if not (camera.baseline > 0 and camera.focal > 0):
        raise ValueError(f'{path}: expected a positive baseline and fx, found {camera}.')
    return camera
