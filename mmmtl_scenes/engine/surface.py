"""The visible surface points of an image, and what a material makes of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from mmmtl_scenes.engine.camera import PinholeCamera
from mmmtl_scenes.engine.ray_casting import Hits
from mmmtl_scenes.engine.solids import LEFT, ROUND, Solids


@dataclass(frozen=True)
class Surface:
    """N surface points of any solids, one per pixel. Vectors are stored as (3, N), in float32.

    Args:
        pixel: Flat index of the pixel, shape (N,).
        solid: Index of the solid, shape (N,).
        face: Face of the solid, shape (N,).
        depth: z-depth in metres, shape (N,).
        local: Position in the frame of the solid, from its centre.
        world: Position in the world. In a mirrored world x is that before the mirroring.
        normal: Unit normal in camera coordinates, towards the camera.
        up: Component of the normal along the world's vertical, shape (N,); 1 on the ground.
        ray: Unit direction of the ray in camera coordinates.
        facing: Cosine between the normal and the way back to the camera, shape (N,), positive.
        footprint: Extent in metres of a pixel on a surface that faces the camera, shape (N,).
        solids: All solids of the scene, in camera coordinates.
    """

    pixel: np.ndarray
    solid: np.ndarray
    face: np.ndarray
    depth: np.ndarray
    local: np.ndarray
    world: np.ndarray
    normal: np.ndarray
    up: np.ndarray
    ray: np.ndarray
    facing: np.ndarray
    footprint: np.ndarray
    solids: Solids

    def __len__(self) -> int:
        return len(self.pixel)

    def part(self, chosen: slice) -> Surface:
        """Gives some of the points."""
        return Surface(
            self.pixel[chosen],
            self.solid[chosen],
            self.face[chosen],
            self.depth[chosen],
            self.local[:, chosen],
            self.world[:, chosen],
            self.normal[:, chosen],
            self.up[chosen],
            self.ray[:, chosen],
            self.facing[chosen],
            self.footprint[chosen],
            self.solids,
        )

    @property
    def color(self) -> np.ndarray:
        """np.ndarray: First colour of the solid, linear, shape (3, N)."""
        return self.solids.color[:, 0].T.take(self.solid, axis=1)

    @property
    def accent(self) -> np.ndarray:
        """np.ndarray: Second colour of the solid, linear, shape (3, N)."""
        return self.solids.color[:, 1].T.take(self.solid, axis=1)

    def param(self, index: int) -> np.ndarray:
        """Gives one of the numbers that the solids hand to their material, shape (N,)."""
        return self.solids.params[:, index].take(self.solid)

    def half(self, axis: int) -> np.ndarray:
        """Gives half of the solids' extent along a local axis, shape (N,), float32."""
        return self.solids.half[:, axis].astype(np.float32).take(self.solid)

    @property
    def on_side(self) -> np.ndarray:
        """np.ndarray: Whether the point is on the left or right side of its solid, shape (N,)."""
        return self.face <= LEFT

    def across(self) -> tuple[np.ndarray, np.ndarray]:
        """Gives the horizontal coordinate on the upright faces of boxes.

        Returns:
            The coordinate from the middle of the face, and half of the face's width, (N,) each.
        """
        side = self.on_side
        return (
            np.where(side, self.local[2], self.local[0]),
            np.where(side, self.half(2), self.half(0)),
        )

    def stretched(self) -> np.ndarray:
        """Gives the footprint along the direction in which the surface recedes, shape (N,)."""
        return self.footprint / np.maximum(self.facing, np.float32(0.03))


@dataclass(frozen=True)
class Appearance:
    """What a material looks like at N points.

    Args:
        albedo: Share of the light that is scattered back, linear, shape (3, N).
        gloss: Share of mirror-like reflection of the sky, shape (N,) or one number.
        glow: Light that the surface sends out by itself, shape (3, N), or ``None``.
        softness: From 0 to 1: how much light passes through or around the surface, which softens
            the contrast between its lit and its dark side (leaves).
    """

    albedo: np.ndarray
    gloss: np.ndarray | float = 0.0
    glow: np.ndarray | None = field(default=None)
    softness: float = 0.0


def visible_surface(solids: Solids, camera: PinholeCamera, hits: Hits) -> Surface:
    """Collects everything that is known about the points that the camera sees.

    Args:
        solids: Solids in camera coordinates.
        camera: The camera whose rays were cast.
        hits: Where they ended.

    Returns:
        The points of all pixels that see a solid, sorted by material.
    """
    pixel = np.flatnonzero(hits.solid.ravel() >= 0)
    material = solids.material.astype(np.int16).take(hits.solid.ravel().take(pixel))
    pixel = pixel.take(np.argsort(material, kind='stable'))
    solid = hits.solid.ravel().take(pixel).astype(np.intp)
    face = hits.face.ravel().take(pixel)
    depth = hits.depth.ravel().take(pixel)

    slope_x, slope_y = camera.slopes()
    row, column = np.divmod(pixel, camera.width)
    ray = np.empty((3, len(pixel)), dtype=np.float32)
    ray[0], ray[1], ray[2] = slope_x.take(column), slope_y.take(row), 1
    point = ray * depth

    axes = solids.axes.astype(np.float32).reshape(-1, 9).T.take(solid, axis=1)
    start = solids.center.astype(np.float32).T.take(solid, axis=1)
    offset = point - start
    local = np.empty_like(point)
    for i in range(3):
        local[i] = dot(axes[3 * i : 3 * i + 3], offset)

    planes = solids.planes.astype(np.float32).reshape(-1, 3)
    normal = planes.T.take(np.where(face == ROUND, 0, solid * 6 + face), axis=1)
    round_ = np.flatnonzero(face == ROUND)
    if len(round_):
        normal[:, round_] = _quadric_normals(
            solids, solid[round_], local[:, round_], axes[:, round_], ray[:, round_]
        )
    ray /= np.sqrt(dot(ray, ray))

    rotation = camera.pose.rotation.astype(np.float32)
    position = camera.pose.position.astype(np.float32)
    world = np.empty_like(point)
    for i in range(3):
        world[i] = dot(rotation[i][:, None], point) + position[i]
    world[0] *= solids.handedness
    return Surface(
        pixel=pixel,
        solid=solid,
        face=face,
        depth=depth,
        local=local,
        world=world,
        normal=normal,
        up=-dot(rotation[1][:, None], normal),
        ray=ray,
        facing=-dot(normal, ray),
        footprint=depth / np.float32(camera.focal),
        solids=solids,
    )


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Multiplies vectors (3, N), (3, 1) or (3,), in an order that mirroring keeps."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _quadric_normals(
    solids: Solids, solid: np.ndarray, local: np.ndarray, axes: np.ndarray, ray: np.ndarray
) -> np.ndarray:
    """Gives the unit normals on ellipsoids and cylinders, shape (3, N).

    At the very outline rounding could let a normal look away from the camera: it is turned back.
    """
    gradient = local * (solids.inverse_radii**2).astype(np.float32).T.take(solid, axis=1)
    normal = np.stack([dot(gradient, axes[i::3]) for i in range(3)])
    normal /= np.sqrt(dot(normal, normal))
    away = np.maximum(dot(normal, ray) + np.float32(1e-5), 0)
    normal -= ray * (away / dot(ray, ray))
    return normal / np.sqrt(dot(normal, normal))
