"""Points in space from predictions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

import numpy as np
import torch

from mmmtl.apis.point_cloud import PointCloud, back_project
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.datasets.stereo_camera import NEEDS_BASELINE, TO_DEPTH, StereoCamera
from mmmtl.tasks import DirectionTask, ScalarTask, Task


@singledispatch
def metric_depth(task: Task, values: np.ndarray, camera: DepthCamera) -> np.ndarray | None:  # noqa: ARG001
    """Gives a prediction as a depth in metres.

    Args:
        task: The task. Kinds that have depths are registered with ``metric_depth.register``.
        values: The prediction, shape (H, W).
        camera: The camera; disparities are in its own pixels.

    Returns:
        float64 of shape (H, W), NaN out of the range of labels that count (``min_value`` and
        ``max_value`` of the task); not positive or infinite where there is no place. None for a
        task that is not a depth.

    Raises:
        ValueError: If the unit of a depth is not known, or takes a baseline that is not known.
    """
    return None


@metric_depth.register
def _(task: ScalarTask, values: np.ndarray, camera: DepthCamera) -> np.ndarray | None:
    """Converts the unit of depths, see :data:`~mmmtl.datasets.stereo_camera.TO_DEPTH`."""
    if not task.is_depth:
        return None
    if task.unit is None:
        raise ValueError(f'points: expected the unit of {task.name}, found none.')
    if task.unit in NEEDS_BASELINE and camera.baseline is None:
        raise ValueError(
            f'points: expected the baseline of the camera, as the unit of {task.name} is '
            f'{task.unit!r}, found none.'
        )
    stereo = StereoCamera(camera.baseline or np.nan, camera.intrinsics.fx)
    counts = task.valid_mask(torch.from_numpy(np.asarray(values)[None]))[0].numpy()
    with np.errstate(divide='ignore', invalid='ignore'):
        depth = TO_DEPTH[task.unit](values.astype(np.float64), stereo)
    return np.where(counts, depth, np.nan)


@singledispatch
def surface_normals(task: Task, values: np.ndarray) -> np.ndarray | None:  # noqa: ARG001
    """Gives a prediction as directions in camera axes.

    Args:
        task: The task. Kinds that have them are registered with ``surface_normals.register``.
        values: The prediction.

    Returns:
        Unit vectors of shape (H, W, 3); None of another kind.
    """
    return None


@surface_normals.register
def _(task: DirectionTask, values: np.ndarray) -> np.ndarray | None:  # noqa: ARG001
    return values


class PointMaker:
    """Makes point clouds of predictions.

    Args:
        tasks: The tasks by name.
        camera: The camera; None where none is known.
        max_depth: Largest depth of a point in metres. Defaults to None: any.

    Raises:
        ValueError: If there is no camera, or a task is a depth and its unit, or the baseline that
            it takes, is not known.
    """

    def __init__(
        self, tasks: Mapping[str, Task], camera: DepthCamera | None, max_depth: float | None = None
    ) -> None:
        if max_depth is not None and not max_depth > 0:
            raise ValueError(f'max_depth: expected positive metres, found {max_depth:g}.')
        if camera is None:
            raise ValueError(
                'points: expected a camera, found none: neither was one given nor does the data '
                'set of the config have one.'
            )
        self._tasks = tasks
        self._camera = camera
        self._max_depth = max_depth
        pixel = np.ones((1, 1), np.float32)
        self.names = [
            name for name, task in tasks.items() if metric_depth(task, pixel, camera) is not None
        ]
        """Names of the tasks that are depths."""

    def clouds(
        self, image: np.ndarray, prediction: Mapping[str, np.ndarray]
    ) -> dict[str, PointCloud]:
        """Makes the points of an image.

        Args:
            image: uint8 of shape (H, W, 3), channels blue, green, red.
            prediction: The prediction of each task.

        Returns:
            Points for each task that is a depth, with the image's colours, and with normals where
            just one task predicts directions.
        """
        rgb = image[..., ::-1]
        found = [surface_normals(self._tasks[name], prediction[name]) for name in prediction]
        directions = [values for values in found if values is not None]
        normals = directions[0] if len(directions) == 1 else None
        intrinsics = self._camera.of_size(image.shape[:2])
        clouds = {}
        for name in self.names:
            depth = metric_depth(self._tasks[name], prediction[name], self._camera)
            if depth is not None:
                clouds[name] = back_project(depth, intrinsics, rgb, normals, self._max_depth)
        return clouds
