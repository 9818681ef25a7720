"""The pinhole camera that every synthetic scene is seen through.

World axes: x to the right, y down, z forward, the ground at y = 0. Camera axes: x right, y down, z
along the optical axis. All lengths are metres, all angles radians.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mmmtl.datasets.stereo_camera import CITYSCAPES_CAMERA, StereoCamera

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
    """A pose with an image plane.

    Args:
        height: Height of the image in pixels.
        width: Width of the image in pixels.
        focal: Horizontal focal length in pixels of this image.
        pose: Position and orientation.
        aspect: Vertical focal length over the horizontal one.
        shift: How far the principal point lies to the right of and below the centre of the image,
            in pixels of this image.
    """

    height: int
    width: int
    focal: float
    pose: CameraPose = CameraPose()
    aspect: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)

    @property
    def focal_y(self) -> float:
        """float: Vertical focal length in pixels of this image."""
        return self.focal * self.aspect

    @property
    def u0(self) -> float:
        """float: Column of the principal point; the left column is 0."""
        return (self.width - 1) / 2 + self.shift[0]

    @property
    def v0(self) -> float:
        """float: Row of the principal point; the upper row is 0."""
        return (self.height - 1) / 2 + self.shift[1]

    def slopes(self) -> tuple[np.ndarray, np.ndarray]:
        """Gives the rays through the pixel centres: ``(x[u], y[v], 1)`` in camera coordinates.

        A ray reaches the z-depth ``d`` at the point ``d * (x[u], y[v], 1)``.

        Returns:
            ``x`` of shape (W,) and ``y`` of shape (H,), float32.
        """
        # Subtracted in this order, the rays of a mirrored camera are exactly the mirrored rays.
        x = (np.arange(self.width) - (self.width - 1) / 2 - self.shift[0]) / self.focal
        y = (np.arange(self.height) - (self.height - 1) / 2 - self.shift[1]) / self.focal_y
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
        return replace(
            self,
            height=self.height * factor,
            width=self.width * factor,
            focal=self.focal * factor,
            shift=(self.shift[0] * factor, self.shift[1] * factor),
        )


@dataclass(frozen=True)
class Optics:
    """The view of a camera, whatever the size of its image: an image is resized, never cropped.

    All lengths are in pixels of an image of the reference ``width``. The width of an image decides
    about the focal length; a height of another proportion shows more or less above and below.

    Args:
        width: Width of the reference image.
        focal: Horizontal focal length.
        aspect: Vertical focal length over the horizontal one.
        shift: How far the principal point lies to the right of and below the centre of the image.
    """

    width: int
    focal: float
    aspect: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)

    def camera(self, size: tuple[int, int], pose: CameraPose) -> PinholeCamera:
        """Gives the camera that takes an image of a size.

        Args:
            size: Height and width of the image in pixels.
            pose: Position and orientation.

        Returns:
            The camera.

        Raises:
            ValueError: If ``size`` is out of range; see :func:`check_size`.
        """
        height, width = check_size(size)
        shift = self.shift[0] * width / self.width, self.shift[1] * width / self.width
        focal = self.focal * width / self.width
        return PinholeCamera(height, width, focal, pose, self.aspect, shift)

    def mirrored(self) -> Optics:
        """Gives the view whose images are the mirror images."""
        return replace(self, shift=(-self.shift[0], self.shift[1]))


STREET_OPTICS: Optics = Optics(REFERENCE_WIDTH, REFERENCE_CAMERA.focal)
"""Horizontal field of view of the CityScapes rig (48.7 degrees), principal point in the middle."""

KINECT_OPTICS: Optics = Optics(
    width=640,
    focal=518.8579,
    aspect=519.4696 / 518.8579,
    shift=(325.5824 - 1 - 639 / 2, 253.7362 - 1 - 479 / 2),
)
"""The colour camera of NYUv2, 640 x 480 (63.3 degrees), as ``camera_params.m`` of the data set's
toolbox states it. The toolbox counts columns and rows from 1."""


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
