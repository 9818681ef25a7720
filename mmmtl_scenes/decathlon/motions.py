"""What a person does, as one picture of the whole movement: dynamic images, as those of UCF101.

`Dynamic Image Networks for Action Recognition
<https://openaccess.thecvf.com/content_cvpr_2016/papers/Bilen_Dynamic_Image_Networks_CVPR_2016_paper.pdf>`_
(Bilen et al., CVPR 2016), section 3.1, approximate rank pooling: frame t of T has the weight
2 t - T - 1, so that what is there early is dark, what is there late bright, and what stays grey.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mmmtl_scenes.decathlon.camera import Size, plain
from mmmtl_scenes.decathlon.canvas import Canvas, Pen
from mmmtl_scenes.engine.scene_rng import SceneRNG

_FRAMES = 8
_MIDDLE, _SPREAD = 0.5, 0.11
"""Mean of the pictures, and their deviation."""

_Pose = dict[str, float]
"""Angles in degrees, from straight down towards the right: ``arms`` and ``legs``, left and right,
``body`` from straight up; ``x`` and ``y`` of the hip; ``ball_x`` and ``ball_y``."""


def _bend(t: float) -> _Pose:
    return {'body': 85 * _there_and_back(t), 'left_arm': 20 - 100 * t, 'right_arm': 30 - 100 * t}


def _jump(t: float) -> _Pose:
    rise = 4 * t * (1 - t)
    return {'y': -0.45 * rise, 'left_arm': -150 * rise, 'right_arm': 150 * rise}


def _kick(t: float) -> _Pose:
    late = max(0.0, t - 0.4)
    ball = {'ball_x': 0.35 + 1.6 * late, 'ball_y': 0.6 - 1.2 * late}
    return {'right_leg': -30 + 110 * t, 'left_arm': 40 * t, 'right_arm': -40 * t, **ball}


def _run(t: float) -> _Pose:
    swing = 55 * np.sin(4 * np.pi * t)
    limbs = {'left_leg': swing, 'right_leg': -swing, 'left_arm': -swing, 'right_arm': swing}
    return {'x': -0.8 + 1.6 * t, 'body': 15, **limbs}


def _star_jump(t: float) -> _Pose:
    wide = _there_and_back(2 * t % 1)
    arms = {'left_arm': -20 - 130 * wide, 'right_arm': 20 + 130 * wide}
    return {'left_leg': -8 - 32 * wide, 'right_leg': 8 + 32 * wide, **arms}


def _throw(t: float) -> _Pose:
    late = max(0.0, t - 0.35)
    ball = {'ball_x': 0.2 + 1.3 * late, 'ball_y': -0.75 - 1.2 * late + 2.6 * late * late}
    return {'right_arm': -170 + 230 * min(1.0, 1.5 * t), 'body': -12 + 25 * t, **ball}


def _walk(t: float) -> _Pose:
    swing = 25 * np.sin(2 * np.pi * t)
    limbs = {'left_leg': swing, 'right_leg': -swing, 'left_arm': -swing, 'right_arm': swing}
    return {'x': -0.35 + 0.7 * t, **limbs}


def _wave(t: float) -> _Pose:
    return {'right_arm': 150 + 30 * np.sin(4 * np.pi * t), 'left_arm': -10}


_MOTIONS: dict[str, Callable[[float], _Pose]] = {
    'bend': _bend,
    'jump': _jump,
    'kick': _kick,
    'run': _run,
    'star jump': _star_jump,
    'throw': _throw,
    'walk': _walk,
    'wave': _wave,
}

CLASSES: tuple[str, ...] = tuple(_MOTIONS)
"""Names of the classes."""


def size(rng: SceneRNG) -> Size:
    """Draws the size of a picture.

    Args:
        rng: Where the numbers come from.

    Returns:
        Height and width.
    """
    return 72, rng.integer(90, 96)


def draw(index: int, size: Size, rng: SceneRNG, generator: np.random.Generator) -> np.ndarray:
    """Draws a picture.

    Args:
        index: Class.
        size: Height and width.
        rng: Where single numbers come from.
        generator: Where fields of numbers come from.

    Returns:
        RGB from 0 to 1, float32 of shape (H, W, 3).
    """
    place = (rng.uniform(-0.25, 0.25), rng.uniform(-0.1, 0.15))
    half, mirror = rng.uniform(0.65, 0.85), rng.chance(0.5)
    start, speed = rng.uniform(0, 0.1), rng.uniform(0.85, 1.0)
    lean = rng.uniform(-6, 6)
    colors = [rng.shade((0.75, 0.75, 0.75), 0.2) for _ in range(3)]
    pooled = np.zeros((*size, 3), np.float32)
    for frame in range(_FRAMES):
        pose = _MOTIONS[CLASSES[index]](min(1.0, start + speed * frame / (_FRAMES - 1)))
        canvas = Canvas(plain(size, (0, 0, 0)))
        shake = (place[0] + rng.uniform(-0.02, 0.02), place[1] + rng.uniform(-0.02, 0.02))
        _person(Pen.at(canvas, shake, half, lean, mirror=mirror), pose, colors)
        pooled += (2 * frame - _FRAMES + 1) * canvas.picture()
    pooled += generator.normal(0, 0.3, pooled.shape).astype(np.float32)
    deviation = float(pooled.std())
    return (_MIDDLE + _SPREAD * (pooled - pooled.mean()) / deviation).clip(0, 1)


def _there_and_back(t: float) -> float:
    return 1 - abs(2 * t - 1)


def _person(pen: Pen, pose: _Pose, colors: list[tuple[float, float, float]]) -> None:
    skin, shirt, trousers = colors
    hip = np.array([pose.get('x', 0.0), 0.15 + pose.get('y', 0.0)])
    shoulder = hip + 0.6 * _towards(180 - pose.get('body', 0.0))
    for name, side in (('left', -1), ('right', 1)):
        leg = _towards(pose.get(f'{name}_leg', 6.0 * side))
        pen.line([hip, hip + 0.75 * leg], 0.17, trousers)
        arm = _towards(pose.get(f'{name}_arm', 10.0 * side))
        pen.line([shoulder, shoulder + 0.6 * arm], 0.13, skin)
    pen.line([hip, shoulder], 0.26, shirt)
    head = shoulder + 0.27 * _towards(180 - pose.get('body', 0.0))
    pen.ellipse((head[0], head[1]), (0.16, 0.18), skin)
    if 'ball_x' in pose:
        pen.ellipse((pose['ball_x'], pose['ball_y']), (0.12, 0.12), skin)


def _towards(degrees: float) -> np.ndarray:
    return np.array([np.sin(np.deg2rad(degrees)), np.cos(np.deg2rad(degrees))])
