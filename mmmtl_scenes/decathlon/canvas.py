"""Drawing with soft edges: what one draws in units of the picture, wherever and however large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from mmmtl_scenes.engine.scene_rng import Color

_OVERSAMPLING = 2
_SHIFT = 4
"""Binary digits behind the point in OpenCV's coordinates."""
_CORNERS = 40
_SOFT = 1.7
"""Pixels by which OpenCV's lines with soft edges are wider than their thickness."""

Point = tuple[float, float]
Points = Sequence[Point] | np.ndarray


class Canvas:
    """A picture to draw on.

    The origin is its middle, x goes right and y down, and the shorter side is 2 long.

    Args:
        background: The picture before anything is drawn, float of shape (H, W, 3) from 0 to 1.
    """

    def __init__(self, background: np.ndarray) -> None:
        self.size = background.shape[:2]
        height, width = (side * _OVERSAMPLING for side in self.size)
        self._scale = min(height, width) / 2
        self._center = np.array([width, height]) / 2
        small = np.rint(background.clip(0, 1) * 255).astype(np.uint8)
        self._pixels = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)

    def polygon(self, points: np.ndarray, color: Color) -> None:
        """Fills a polygon.

        Args:
            points: Its corners, shape (N, 2).
            color: Its colour.
        """
        cv2.fillPoly(self._pixels, [self._fixed(points)], _bytes(color), cv2.LINE_AA, _SHIFT)

    def line(self, points: np.ndarray, width: float, color: Color) -> None:
        """Draws a line with round ends.

        Args:
            points: Its corners, shape (N, 2).
            width: Its width.
            color: Its colour.
        """
        thickness = max(1, round(width * self._scale - _SOFT))
        cv2.polylines(
            self._pixels,
            [self._fixed(points)],
            False,
            _bytes(color),
            thickness,
            cv2.LINE_AA,
            _SHIFT,
        )

    def picture(self) -> np.ndarray:
        """Gives what has been drawn.

        Returns:
            Float of shape (H, W, 3) from 0 to 1.
        """
        height, width = self.size
        small = cv2.resize(self._pixels, (width, height), interpolation=cv2.INTER_AREA)
        return small.astype(np.float32) / np.float32(255)

    def _fixed(self, points: np.ndarray) -> np.ndarray:
        pixels = points * self._scale + self._center - 0.5
        return np.rint(pixels * (1 << _SHIFT)).astype(np.int32)


@dataclass(frozen=True)
class Pen:
    """Draws in the coordinates of an object.

    Args:
        canvas: What it draws on.
        matrix: Turns and scales the object, shape (2, 2).
        place: Where the object's origin is on the canvas.
    """

    canvas: Canvas
    matrix: np.ndarray
    place: np.ndarray

    @classmethod
    def at(
        cls,
        canvas: Canvas,
        place: Point = (0, 0),
        size: float = 1.0,
        angle: float = 0.0,
        stretch: float = 1.0,
        slant: float = 0.0,
        mirror: bool = False,
    ) -> Pen:
        """Makes a pen for an object that lies within -1 to 1.

        Args:
            canvas: What it draws on.
            place: Where the object's middle is. Defaults to the canvas's.
            size: Half of the object's size. Defaults to 1: as large as the canvas.
            angle: By which it is turned clockwise, in degrees. Defaults to 0.
            stretch: Its width over its height. Defaults to 1.
            slant: By which its top is moved to the right, in units of its height. Defaults to 0.
            mirror: Whether left and right are exchanged. Defaults to False.

        Returns:
            The pen.
        """
        cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
        turned = np.array([[cos, -sin], [sin, cos]])
        shape = np.array([[-stretch if mirror else stretch, -slant], [0, 1]])
        return cls(canvas, size * turned @ shape, np.array(place, dtype=float))

    def moved(self, place: Point, size: float = 1.0, angle: float = 0.0) -> Pen:
        """Makes a pen for a part of the object.

        Args:
            place: The middle of the part, in the object's coordinates.
            size: Half of its size, in these. Defaults to 1.
            angle: By which it is turned clockwise, in degrees. Defaults to 0.

        Returns:
            The pen.
        """
        inner = Pen.at(self.canvas, (0, 0), size, angle)
        origin = self.matrix @ np.array(place, dtype=float) + self.place
        return replace(self, matrix=self.matrix @ inner.matrix, place=origin)

    def polygon(self, points: Points, color: Color) -> None:
        """Fills a polygon.

        Args:
            points: Its corners.
            color: Its colour.
        """
        self.canvas.polygon(self._placed(points), color)

    def box(self, corner: Point, other: Point, color: Color) -> None:
        """Fills a rectangle.

        Args:
            corner: One of its corners.
            other: The opposite one.
            color: Its colour.
        """
        (left, top), (right, bottom) = corner, other
        self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], color)

    def ellipse(
        self, center: Point, radii: Point, color: Color, start: float = 0, end: float = 360
    ) -> None:
        """Fills an ellipse, or the part of it that a chord cuts off.

        Args:
            center: Its middle.
            radii: Half of its width and of its height.
            color: Its colour.
            start: Where its edge begins, see :func:`arc`. Defaults to 0.
            end: Where it ends. Defaults to 360.
        """
        self.polygon(arc(center, radii, start, end), color)

    def line(self, points: Points, width: float, color: Color) -> None:
        """Draws a line with round ends.

        Args:
            points: Its corners.
            width: Its width.
            color: Its colour.
        """
        (a, b), (c, d) = self.matrix
        self.canvas.line(self._placed(points), width * abs(a * d - b * c) ** 0.5, color)

    def _placed(self, points: Points) -> np.ndarray:
        placed: np.ndarray = np.asarray(points, dtype=float) @ self.matrix.T + self.place
        return placed


def arc(center: Point, radii: Point, start: float = 0, end: float = 360) -> np.ndarray:
    """Gives points on an ellipse.

    Args:
        center: Its middle.
        radii: Half of its width and of its height.
        start: Angle of the first point in degrees, from the right and clockwise. Defaults to 0.
        end: Angle of the last point. Defaults to 360.

    Returns:
        Shape (N, 2).
    """
    angles = np.deg2rad(np.linspace(start, end, _CORNERS))
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii + np.array(center)


def curve(points: Points, steps: int = 16) -> np.ndarray:
    """Gives points on a Bézier curve.

    Args:
        points: Its control points, the first and the last of which it meets.
        steps: Number of the points. Defaults to 16.

    Returns:
        Shape (steps, 2).
    """
    at = np.linspace(0, 1, steps)[:, None, None]
    level = np.broadcast_to(np.asarray(points, dtype=float), (steps, len(points), 2))
    while level.shape[1] > 1:
        level = level[:, :-1] * (1 - at) + level[:, 1:] * at
    return level[:, 0]


def _bytes(color: Color) -> tuple[int, int, int]:
    red, green, blue = (round(min(max(channel, 0.0), 1.0) * 255) for channel in color)
    return red, green, blue
