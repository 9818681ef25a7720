"""The pinhole camera that every synthetic scene is seen through.

World axes: x to the right, y down, z forward, the ground at y = 0. Camera axes: x right, y down, z
along the optical axis. All lengths are metres, all angles radians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mmmtl.depth_units import CITYSCAPES_CAMERA, StereoCamera

REFERENCE_CAMERA: StereoCamera = CITYSCAPES_CAMERA
"""Camera in whose pixels disparities are stated, whatever the size of the rendered image."""

REFERENCE_WIDTH: int = 2048
"""Width in pixels of the images of :data:`REFERENCE_CAMERA`."""

MIN_SIZE: int = 16
"""Smallest height and width of a rendered image."""


@dataclass(frozen=True)
class CameraPose:
    """Where a camera stands and looks.

    Args:
        x: Position to the right of the world's origin.
        height: Height above the ground.
        z: Position along the world's z axis.
        yaw: Turn to the right about the vertical axis.
        pitch: Downward inclination of the optical axis.
        roll: Clockwise turn about the optical axis.
    """

    x: float = 0.0
    height: float = 1.35
    z: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0

    @property
    def position(self) -> np.ndarray:
        """np.ndarray: Position in world coordinates, shape (3,)."""
        return np.array([self.x, -self.height, self.z])

    @property
    def rotation(self) -> np.ndarray:
        """np.ndarray: (3, 3) matrix whose columns are the camera's axes in world coordinates."""
        cos_yaw, sin_yaw = np.cos(self.yaw), np.sin(self.yaw)
        cos_pitch, sin_pitch = np.cos(self.pitch), np.sin(self.pitch)
        cos_roll, sin_roll = np.cos(self.roll), np.sin(self.roll)
        turn = np.array([[cos_yaw, 0, sin_yaw], [0, 1, 0], [-sin_yaw, 0, cos_yaw]])
        nod = np.array([[1, 0, 0], [0, cos_pitch, sin_pitch], [0, -sin_pitch, cos_pitch]])
        tilt = np.array([[cos_roll, -sin_roll, 0], [sin_roll, cos_roll, 0], [0, 0, 1]])
        return turn @ nod @ tilt

    def mirrored(self) -> CameraPose:
        """Gives the pose in a world whose x axis is negated."""
        return CameraPose(-self.x, self.height, self.z, -self.yaw, self.pitch, -self.roll)


@dataclass(frozen=True)
class PinholeCamera:
    """A pose with an image plane; the principal point is the centre of the image.

    Args:
        height: Height of the image in pixels.
        width: Width of the image in pixels.
        focal: Focal length in pixels of this image, horizontally and vertically.
        pose: Position and orientation.
    """

    height: int
    width: int
    focal: float
    pose: CameraPose = CameraPose()

    @property
    def u0(self) -> float:
        """float: Column of the principal point; an image and its mirror image share it."""
        return (self.width - 1) / 2

    @property
    def v0(self) -> float:
        """float: Row of the principal point."""
        return (self.height - 1) / 2

    def slopes(self) -> tuple[np.ndarray, np.ndarray]:
        """Gives the rays through the pixel centres: ``(x[u], y[v], 1)`` in camera coordinates.

        A ray reaches the z-depth ``d`` at the point ``d * (x[u], y[v], 1)``.

        Returns:
            ``x`` of shape (W,) and ``y`` of shape (H,), float32.
        """
        x = (np.arange(self.width) - self.u0) / self.focal
        y = (np.arange(self.height) - self.v0) / self.focal
        return x.astype(np.float32), y.astype(np.float32)

    def back_project(self, depth: np.ndarray) -> np.ndarray:
        """Places every pixel in space.

        Args:
            depth: z-depth in metres, shape (H, W).

        Returns:
            Points in camera coordinates, shape (H, W, 3), of the dtype of ``depth``.
        """
        x, y = self.slopes()
        return np.stack([depth * x, depth * y[:, None], depth], axis=-1).astype(depth.dtype)

    def scaled(self, factor: int) -> PinholeCamera:
        """Gives the camera with ``factor`` times as many pixels each way and the same view."""
        return PinholeCamera(
            self.height * factor, self.width * factor, self.focal * factor, self.pose
        )


def check_size(size: tuple[int, int], name: str = 'size') -> tuple[int, int]:
    """Checks the size of an image.

    Args:
        size: Height and width in pixels.
        name: Name of the parameter, for the message.

    Returns:
        The size.

    Raises:
        ValueError: If a side is not an integer of at least :data:`MIN_SIZE`, or odd.
    """
    if len(size) != 2 or any(int(side) != side or side < MIN_SIZE or side % 2 for side in size):
        raise ValueError(
            f'{name} must be (height, width), both even and at least {MIN_SIZE}, found {size!r}.'
        )
    return int(size[0]), int(size[1])


def street_camera(size: tuple[int, int], pose: CameraPose) -> PinholeCamera:
    """Gives a camera with the horizontal field of view of the CityScapes rig (48.7 degrees).

    Args:
        size: Height and width of the image in pixels.
        pose: Position and orientation.

    Returns:
        The camera, with the focal length ``2262.52 * width / 2048``.
    """
    height, width = check_size(size)
    return PinholeCamera(height, width, REFERENCE_CAMERA.focal * width / REFERENCE_WIDTH, pose)
