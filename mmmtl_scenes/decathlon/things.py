"""Things of everyday life, each within -1 to 1, in colours of its own."""

from __future__ import annotations

from collections.abc import Callable

from mmmtl_scenes.decathlon.camera import any_color
from mmmtl_scenes.decathlon.canvas import Pen, arc, curve
from mmmtl_scenes.engine.scene_rng import Color, SceneRNG

_DARK: Color = (0.13, 0.12, 0.12)
_WOOD: Color = (0.5, 0.33, 0.18)
_GREEN: Color = (0.22, 0.5, 0.2)
_WHITE: Color = (0.93, 0.92, 0.9)


def _apple(pen: Pen, rng: SceneRNG) -> None:
    skin = rng.shade(rng.pick([(0.8, 0.15, 0.12), (0.6, 0.75, 0.2), (0.85, 0.65, 0.15)]))
    pen.ellipse((-0.3, 0.15), (0.5, 0.72), skin)
    pen.ellipse((0.3, 0.15), (0.5, 0.72), skin)
    pen.line(curve([(0, -0.4), (0, -0.7), (0.15, -0.95)]), 0.1, _WOOD)
    pen.moved((0.38, -0.75), 0.3, -25).ellipse((0, 0), (0.9, 0.4), rng.shade(_GREEN))


def _boat(pen: Pen, rng: SceneRNG) -> None:
    pen.line([(0, -0.95), (0, 0.4)], 0.08, _WOOD)
    pen.polygon([(0.06, -0.9), (0.06, 0.25), (0.85, 0.25)], rng.shade(_WHITE))
    pen.polygon([(-0.06, -0.7), (-0.06, 0.25), (-0.6, 0.25)], any_color(rng))
    pen.polygon([(-0.95, 0.35), (0.95, 0.35), (0.6, 0.85), (-0.65, 0.85)], any_color(rng))


def _bottle(pen: Pen, rng: SceneRNG) -> None:
    glass = rng.shade(rng.pick([(0.1, 0.35, 0.15), (0.45, 0.25, 0.1), (0.35, 0.5, 0.65)]))
    pen.box((-0.14, -0.95), (0.14, -0.3), glass)
    pen.polygon([(-0.14, -0.5), (0.14, -0.5), (0.38, -0.1), (-0.38, -0.1)], glass)
    pen.box((-0.38, -0.12), (0.38, 0.95), glass)
    pen.box((-0.38, 0.15), (0.38, 0.65), rng.shade(_WHITE))
    pen.box((-0.17, -1), (0.17, -0.85), any_color(rng))


def _butterfly(pen: Pen, rng: SceneRNG) -> None:
    wing, spot = any_color(rng, 0.2), any_color(rng)
    for side in (-1, 1):
        pen.moved((side * 0.5, -0.35), 0.55, side * 35).ellipse((0, 0), (1, 0.75), wing)
        pen.moved((side * 0.38, 0.42), 0.42, side * -40).ellipse((0, 0), (1, 0.75), wing)
        pen.ellipse((side * 0.6, -0.42), (0.2, 0.2), spot)
        pen.line(curve([(0, -0.5), (side * 0.1, -0.9), (side * 0.3, -0.95)]), 0.05, _DARK)
    pen.line([(0, -0.5), (0, 0.6)], 0.16, _DARK)


def _cactus(pen: Pen, rng: SceneRNG) -> None:
    green = rng.shade((0.2, 0.48, 0.25))
    pen.line([(0, -0.75), (0, 0.6)], 0.42, green)
    pen.line([(-0.02, 0.2), (-0.55, 0.15), (-0.55, -0.35)], 0.25, green)
    pen.line([(0.02, 0.0), (0.55, -0.05), (0.55, -0.55)], 0.25, green)
    pen.polygon(
        [(-0.55, 0.55), (0.55, 0.55), (0.4, 0.98), (-0.4, 0.98)], rng.shade((0.7, 0.35, 0.2))
    )


def _car(pen: Pen, rng: SceneRNG) -> None:
    paint = any_color(rng, 0.15)
    pen.polygon([(-0.55, 0.1), (-0.35, -0.4), (0.3, -0.4), (0.6, 0.1)], paint)
    pen.polygon([(-0.42, 0.05), (-0.28, -0.3), (-0.02, -0.3), (-0.02, 0.05)], (0.6, 0.75, 0.85))
    pen.polygon([(0.06, 0.05), (0.06, -0.3), (0.25, -0.3), (0.45, 0.05)], (0.6, 0.75, 0.85))
    pen.polygon([(-0.98, 0.05), (0.9, 0.05), (0.98, 0.2), (0.98, 0.5), (-0.98, 0.5)], paint)
    for x in (-0.55, 0.55):
        pen.ellipse((x, 0.5), (0.26, 0.26), _DARK)
        pen.ellipse((x, 0.5), (0.12, 0.12), (0.65, 0.65, 0.65))


def _chair(pen: Pen, rng: SceneRNG) -> None:
    wood = rng.shade(rng.pick([_WOOD, (0.75, 0.7, 0.62), (0.25, 0.2, 0.18)]))
    pen.line([(-0.5, -0.9), (-0.5, 0.95)], 0.14, wood)
    pen.line([(0.5, 0.1), (0.5, 0.95)], 0.14, wood)
    for y in (-0.8, -0.5, -0.2):
        pen.line([(-0.5, y), (0.12, y + 0.12)], 0.1, wood)
    pen.line([(0.12, -0.75), (0.12, 0.2)], 0.12, wood)
    pen.polygon([(-0.55, 0.05), (0.1, 0.2), (0.6, 0.1), (0.55, 0.28), (-0.5, 0.25)], any_color(rng))


def _clock(pen: Pen, rng: SceneRNG) -> None:
    pen.ellipse((0, 0), (0.95, 0.95), any_color(rng, 0.05, 0.6))
    pen.ellipse((0, 0), (0.78, 0.78), rng.shade(_WHITE))
    for hour in range(12):
        mark = pen.moved((0, 0), 1, 30 * hour)
        mark.line([(0, -0.68), (0, -0.6)], 0.07, _DARK)
    pen.moved((0, 0), 1, rng.uniform(0, 360)).line([(0, 0.05), (0, -0.38)], 0.1, _DARK)
    pen.moved((0, 0), 1, rng.uniform(0, 360)).line([(0, 0.05), (0, -0.6)], 0.07, _DARK)


def _cup(pen: Pen, rng: SceneRNG) -> None:
    china = any_color(rng, 0.3)
    pen.line(arc((0.5, 0.05), (0.38, 0.38), -90, 90), 0.13, china)
    pen.polygon([(-0.72, -0.55), (0.62, -0.55), (0.48, 0.75), (-0.55, 0.75)], china)
    pen.ellipse((-0.05, -0.55), (0.67, 0.2), rng.shade((0.93, 0.9, 0.85)))
    pen.ellipse((-0.05, -0.52), (0.55, 0.14), rng.shade((0.3, 0.17, 0.08)))


def _fish(pen: Pen, rng: SceneRNG) -> None:
    scales = any_color(rng, 0.2)
    pen.polygon([(0.45, 0), (0.98, -0.45), (0.85, 0), (0.98, 0.45)], scales)
    pen.polygon([(-0.2, -0.35), (0.15, -0.72), (0.3, -0.25)], scales)
    pen.polygon([*curve([(-0.95, 0.05), (-0.4, -0.75), (0.6, 0)], 20),
                 *curve([(0.6, 0), (-0.4, 0.75), (-0.95, 0.05)], 20)], scales)  # fmt: skip
    for x in (-0.2, 0.05):
        pen.line(arc((x - 0.2, 0), (0.2, 0.28), -60, 60), 0.05, _DARK)
    pen.ellipse((-0.6, -0.07), (0.11, 0.11), _WHITE)
    pen.ellipse((-0.61, -0.07), (0.06, 0.06), _DARK)


def _house(pen: Pen, rng: SceneRNG) -> None:
    pen.box((0.35, -0.85), (0.55, -0.3), rng.shade((0.5, 0.25, 0.2)))
    pen.box((-0.7, -0.2), (0.7, 0.9), any_color(rng, 0.4))
    pen.polygon([(-0.9, -0.15), (0, -0.95), (0.9, -0.15)], rng.shade((0.6, 0.22, 0.16), 0.1))
    pen.box((-0.15, 0.3), (0.2, 0.9), any_color(rng, 0.1, 0.5))
    for x in (-0.5, 0.4):
        pen.box((x - 0.13, 0.0), (x + 0.13, 0.28), (0.55, 0.72, 0.85))


def _key(pen: Pen, rng: SceneRNG) -> None:
    metal = rng.shade(rng.pick([(0.75, 0.6, 0.2), (0.6, 0.6, 0.62), (0.45, 0.3, 0.15)]))
    pen.line(arc((-0.55, 0), (0.32, 0.32)), 0.17, metal)
    pen.line([(-0.2, 0), (0.9, 0)], 0.17, metal)
    for x in (0.55, 0.85):
        pen.line([(x, 0), (x, 0.35)], 0.15, metal)


def _lamp(pen: Pen, rng: SceneRNG) -> None:
    pen.line([(0, -0.2), (0, 0.8)], 0.1, rng.shade((0.4, 0.38, 0.35)))
    pen.ellipse((0, 0.85), (0.45, 0.13), rng.shade((0.4, 0.38, 0.35)))
    shade = rng.shade(rng.pick([(0.95, 0.85, 0.55), (0.85, 0.4, 0.3), (0.5, 0.7, 0.6)]))
    pen.polygon([(-0.32, -0.9), (0.32, -0.9), (0.7, -0.05), (-0.7, -0.05)], shade)


def _mushroom(pen: Pen, rng: SceneRNG) -> None:
    cap = rng.shade(rng.pick([(0.8, 0.12, 0.1), (0.55, 0.33, 0.16), (0.85, 0.6, 0.3)]))
    pen.polygon(
        [(-0.22, -0.1), (0.22, -0.1), (0.32, 0.92), (-0.32, 0.92)], rng.shade((0.9, 0.86, 0.76))
    )
    pen.ellipse((0, 0), (0.85, 0.8), cap, 180, 360)
    for x, y in ((-0.45, -0.25), (0, -0.5), (0.42, -0.22), (0.05, -0.18)):
        pen.ellipse((x, y), (0.1, 0.08), _WHITE)


def _rocket(pen: Pen, rng: SceneRNG) -> None:
    fins = any_color(rng)
    pen.polygon([(-0.2, 0.6), (0.2, 0.6), (0, 1.0)], rng.shade((1.0, 0.6, 0.1)))
    pen.polygon([(-0.25, 0.1), (-0.6, 0.7), (-0.25, 0.6)], fins)
    pen.polygon([(0.25, 0.1), (0.6, 0.7), (0.25, 0.6)], fins)
    hull = [
        *curve([(0, -1), (-0.35, -0.55), (-0.3, 0.6)]),
        *curve([(0.3, 0.6), (0.35, -0.55), (0, -1)]),
    ]
    pen.polygon(hull, rng.shade((0.85, 0.85, 0.88)))
    pen.ellipse((0, -0.25), (0.16, 0.16), (0.25, 0.4, 0.6))


def _star(pen: Pen, rng: SceneRNG) -> None:
    corners = []
    for number in range(5):
        corners += [arc((0, 0), (0.98, 0.98), 72 * number - 90, 72 * number - 90)[0],
                    arc((0, 0), (0.4, 0.4), 72 * number - 54, 72 * number - 54)[0]]  # fmt: skip
    pen.polygon(corners, any_color(rng, 0.3))


def _tree(pen: Pen, rng: SceneRNG) -> None:
    leaves = rng.shade(rng.pick([_GREEN, (0.4, 0.55, 0.2), (0.7, 0.45, 0.15)]))
    pen.polygon([(-0.13, 0.1), (0.13, 0.1), (0.18, 0.98), (-0.18, 0.98)], rng.shade(_WOOD))
    for x, y, radius in ((-0.38, -0.05, 0.42), (0.38, -0.05, 0.42), (0, -0.45, 0.5), (0, 0, 0.45)):
        pen.ellipse((x, y), (radius, radius), rng.shade(leaves, 0.04))


def _umbrella(pen: Pen, rng: SceneRNG) -> None:
    cloth, other = any_color(rng), any_color(rng)
    pen.line([(0, -0.8), (0, 0.75)], 0.08, _DARK)
    pen.line(arc((0.17, 0.75), (0.17, 0.2), 0, 180), 0.08, _DARK)
    pen.ellipse((0, 0.05), (0.95, 0.95), cloth, 180, 360)
    pen.polygon([(0, -0.9), *arc((0, 0.05), (0.32, 0.9), 180, 360)], other)


THINGS: dict[str, Callable[[Pen, SceneRNG], None]] = {
    'apple': _apple,
    'boat': _boat,
    'bottle': _bottle,
    'butterfly': _butterfly,
    'cactus': _cactus,
    'car': _car,
    'chair': _chair,
    'clock': _clock,
    'cup': _cup,
    'fish': _fish,
    'house': _house,
    'key': _key,
    'lamp': _lamp,
    'mushroom': _mushroom,
    'rocket': _rocket,
    'star': _star,
    'tree': _tree,
    'umbrella': _umbrella,
}
"""What draws each thing."""
