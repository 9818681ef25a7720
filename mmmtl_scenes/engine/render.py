"""From a scene and a camera to an image and its exact labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from mmmtl_scenes.engine.camera import STREET_OPTICS, CameraPose, Optics, PinholeCamera
from mmmtl_scenes.engine.light import Light
from mmmtl_scenes.engine.ray_casting import Hits, cast_rays
from mmmtl_scenes.engine.shadows import Blobs
from mmmtl_scenes.engine.solids import Solids
from mmmtl_scenes.engine.stereo import disparity_from_depth
from mmmtl_scenes.engine.surface import Surface, visible_surface


@dataclass(frozen=True)
class Sensor:
    """How a camera turns light into an image.

    Args:
        brightness: Mean of the image (gamma encoded) that the exposure aims at, 0 to 1.
        contrast: Gain about the mean.
        balance: Gains of the red, green and blue channel.
        noise: Standard deviation of the noise in grey levels, at mid grey.
        blur: Weight of the neighbours in the optics' blur, 0 to 0.25.
        vignette: Darkening of the corners, 0 to 1.
        seed: Seed of the noise.
    """

    brightness: float = 0.42
    contrast: float = 1.0
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0)
    noise: float = 2.0
    blur: float = 0.06
    vignette: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Scene:
    """Everything that is independent of the size of the image.

    Args:
        solids: What can be hit, in world coordinates.
        lighting: The light.
        blobs: Shadows on the ground.
        pose: Where the camera stands.
        background: Label id where there is no solid.
        sensor: How the camera takes the image.
        optics: How much of the scene it sees.
        label_type: Type that holds the label ids.
    """

    solids: Solids
    lighting: Light
    blobs: Blobs
    pose: CameraPose
    background: int
    sensor: Sensor = Sensor()
    optics: Optics = STREET_OPTICS
    label_type: type[np.unsignedinteger] = np.uint8


@dataclass(frozen=True)
class Rendering:
    """An image with exact labels. All maps belong to the rays through the pixel centres.

    Args:
        image: RGB, shape (H, W, 3), uint8.
        label_ids: Label ids, shape (H, W): those of CityScapes in a street (uint8), the raw ids of
            NYUv2 in a room (uint16).
        part_ids: Which part of a body is seen, shape (H, W), uint8; 0 where none is.
        depth: z-depth in metres, shape (H, W), float32; 0 in the sky.
        normal: Unit normals in camera coordinates (x right, y down, z forward) that face the
            camera, shape (H, W, 3), float32; zero vectors in the sky.
        camera: The camera.
    """

    image: np.ndarray
    label_ids: np.ndarray
    part_ids: np.ndarray
    depth: np.ndarray
    normal: np.ndarray
    camera: PinholeCamera

    @property
    def disparity(self) -> np.ndarray:
        """np.ndarray: Disparity in pixels of the reference camera of streets, (H, W), float32.

        It is 0 where invalid: in the sky, and nearer than the 16-bit format can say. See
        :mod:`~mmmtl_scenes.engine.stereo`.
        """
        return disparity_from_depth(self.depth)


def mirror(scene: Scene) -> Scene:
    """Negates the world's x axis.

    Labels, depth, disparity and, but for the sign of x, normals of the mirrored scene are the
    horizontally flipped ones of the scene.

    Args:
        scene: A scene.

    Returns:
        The mirrored scene, with the mirrored camera.
    """
    return replace(
        scene,
        solids=scene.solids.mirrored(),
        blobs=scene.blobs.mirrored(),
        pose=scene.pose.mirrored(),
        optics=scene.optics.mirrored(),
    )


def render(scene: Scene, size: tuple[int, int] = (128, 256), supersample: int = 1) -> Rendering:
    """Renders a scene.

    Args:
        scene: The scene.
        size: Height and width of the image in pixels, even numbers.
        supersample: Every pixel's colour is the mean of this number squared of rays. Labels always
            are those of the pixel centres.

    Returns:
        Image and labels.

    Raises:
        ValueError: If ``size`` or ``supersample`` is out of range.
    """
    if int(supersample) != supersample or supersample < 1:
        raise ValueError(f'supersample must be an integer of at least 1, found {supersample!r}.')
    camera = scene.optics.camera(size, scene.pose)
    solids = scene.solids.seen_from(scene.pose)
    hits = cast_rays(solids, camera)
    surface = visible_surface(solids, camera, hits)
    shape = hits.depth.shape

    seen = hits.solid >= 0
    label_ids = np.full(shape, scene.background, dtype=scene.label_type)
    label_ids[seen] = solids.label[hits.solid[seen]]
    part_ids = np.zeros(shape, dtype=np.uint8)
    part_ids[seen] = solids.part[hits.solid[seen]]
    depth = np.where(seen, hits.depth, np.float32(0))
    normal = np.zeros((camera.height * camera.width, 3), dtype=np.float32)
    normal[surface.pixel] = surface.normal.T

    if supersample == 1:
        color = _colors(scene, camera, hits, surface)
        color = _soften(color, hits.solid, scene.sensor.blur)
    else:
        fine = camera.scaled(int(supersample))
        fine_hits = cast_rays(solids, fine)
        color = _colors(scene, fine, fine_hits, visible_surface(solids, fine, fine_hits))
        color = cv2.resize(color, shape[::-1], interpolation=cv2.INTER_AREA)
    return Rendering(
        image=_expose(color, scene.sensor),
        label_ids=label_ids,
        part_ids=part_ids,
        depth=depth,
        normal=normal.reshape(*shape, 3),
        camera=camera,
    )


def _colors(scene: Scene, camera: PinholeCamera, hits: Hits, surface: Surface) -> np.ndarray:
    """Gives the gamma-encoded colours before exposure, shape (H, W, 3), float32."""
    lighting, rotation = scene.lighting, camera.pose.rotation
    count = camera.height * camera.width
    world = np.zeros((3, count), dtype=np.float32)
    world[1] = -100
    world[:, surface.pixel] = surface.world
    shape = (camera.height, camera.width)
    shadows = scene.blobs.light(camera, hits.depth, world.reshape(3, *shape)).reshape(2, -1)

    color = np.empty((3, count), dtype=np.float32)
    material = surface.solids.material.take(surface.solid)
    bounds = np.searchsorted(material, np.arange(len(surface.solids.materials) + 1)).tolist()
    for function, start, end in zip(surface.solids.materials, bounds[:-1], bounds[1:], strict=True):
        if start < end:
            part = surface.part(slice(start, end))
            looks = function(part)
            light = lighting.shade(part, looks, rotation, shadows[:, part.pixel])
            color[:, part.pixel] = lighting.fade(light, part.depth)

    sky = np.flatnonzero(hits.solid.ravel() < 0)
    if len(sky):
        x, y = camera.slopes()
        row, column = np.divmod(sky, camera.width)
        direction = np.stack([x.take(column), y.take(row), np.ones(len(sky), dtype=np.float32)])
        direction = rotation.astype(np.float32) @ direction
        direction[0] *= surface.solids.handedness
        color[:, sky] = lighting.sky(direction)
    return np.sqrt(np.maximum(color, 0)).T.reshape(*shape, 3)


def _soften(color: np.ndarray, solid: np.ndarray, blur: float) -> np.ndarray:
    """Blurs a little everywhere, and more where two solids meet: cheap anti-aliasing."""
    mean = cv2.GaussianBlur(color, (3, 3), 0.75)
    weight = np.full(solid.shape, 2 * blur, dtype=np.float32)
    down, across = solid[1:] != solid[:-1], solid[:, 1:] != solid[:, :-1]
    for edge in (weight[1:], weight[:-1]):
        edge[down] = 0.75
    for edge in (weight[:, 1:], weight[:, :-1]):
        edge[across] = 0.75
    return color + (mean - color) * weight[..., None]


def _expose(color: np.ndarray, sensor: Sensor) -> np.ndarray:
    """Turns gamma-encoded light into an 8-bit image, with the faults of a camera."""
    height, width = color.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32) ** 2
    y = np.linspace(-1, 1, height, dtype=np.float32) ** 2
    gain = 1 - (x + y[:, None]) * np.float32(sensor.vignette / 2)
    mean = max(float(color.mean()), 1e-3)
    gain *= np.float32(255 * sensor.brightness / mean)
    image = mean + (color - mean) * np.float32(sensor.contrast)
    image *= gain[..., None]
    image *= np.array(sensor.balance, dtype=np.float32)
    # A shoulder instead of a cut: highlights keep some drawing.
    over = np.maximum(image - 180, 0)
    image -= over
    image += over * 75 / (over + 75)
    if sensor.noise:
        generator = np.random.default_rng(sensor.seed)
        grain = generator.standard_normal(image.shape, dtype=np.float32)
        image += grain * (np.float32(0.5 * sensor.noise) + image * np.float32(sensor.noise / 255))
    return np.clip(image + np.float32(0.5), 0, 255).astype(np.uint8)
