r"""Draws the way of the data, from files to metrics: docs/images/tour.png.

Example:
    python tools/misc/draw_tour.py docs/images/tour.png
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

SHARED, SEG, DEPTH, AFTER = '#dfe8f2', '#f7dcc4', '#d5ead7', '#eeeeee'


class Box(NamedTuple):
    """A stop of the tour."""

    x: float
    y: float
    title: str
    shown: str
    color: str = SHARED


BOXES = {
    'files': Box(0, 3, 'files', 'image, ids,\ndisparities'),
    'dataset': Box(1, 3, 'data set', 'paths by task'),
    'transforms': Box(2, 3, 'transforms', 'image and\nmaps alike'),
    'sample': Box(3, 3, 'packed sample', 'uint8 image,\ngt_* by task'),
    'batch': Box(4, 3, 'batch', 'lists, any sizes'),
    'preprocessor': Box(5, 3, 'preprocessor', '(N, 3, H, W)\nfloat32'),
    'backbone': Box(0, 1.5, 'backbone', 'shared features'),
    'neck': Box(1, 1.5, 'task neck', 'features\nby task'),
    'seg': Box(2, 1.9, 'head seg', '(N, 7, H, W)', SEG),
    'depth': Box(2, 1.1, 'head depth', '(N, 1, H, W)', DEPTH),
    'seg loss': Box(3, 1.9, 'seg/raw', 'mean of labelled', SEG),
    'depth loss': Box(3, 1.1, 'depth/raw', 'mean of labelled', DEPTH),
    'weighting': Box(4, 1.5, 'loss weighting', 'a weight a task,\none total'),
    'optimizer': Box(5, 1.5, 'optimizer', 'one backward,\ncheckpoints'),
    'predictions': Box(2, 0, 'predictions', 'pred_* by task,\noriginal size', AFTER),
    'metrics': Box(3, 0, 'metrics', 'seg/mIoU,\ndepth/abs_err', AFTER),
    'pictures': Box(1, 0, 'pictures, files', 'predict, sheets', AFTER),
    'export': Box(5, 0, 'export', 'ONNX, .pt2', AFTER),
}
ARROWS = (
    ('files', 'dataset'), ('dataset', 'transforms'), ('transforms', 'sample'), ('sample', 'batch'),
    ('batch', 'preprocessor'), ('backbone', 'neck'), ('neck', 'seg'), ('neck', 'depth'),
    ('seg', 'seg loss'), ('depth', 'depth loss'), ('seg loss', 'weighting'),
    ('depth loss', 'weighting'), ('weighting', 'optimizer'), ('predictions', 'metrics'),
    ('predictions', 'pictures'),
)  # fmt: skip
WIDTH, HEIGHT = 0.78, 0.62


def draw_box(axes: Axes, box: Box) -> None:
    """Draws a stop."""
    corner = (box.x - WIDTH / 2, box.y - HEIGHT / 2)
    style = 'round,pad=0,rounding_size=0.06'
    axes.add_patch(
        FancyBboxPatch(corner, WIDTH, HEIGHT, style, facecolor=box.color, edgecolor='#555555')
    )
    axes.text(box.x, box.y + 0.2, box.title, ha='center', va='center', weight='bold', size=9)
    axes.text(box.x, box.y - 0.08, box.shown, ha='center', va='center', size=7.5)


def draw_arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draws an arrow between two points."""
    arrow = dict(arrowstyle='-|>', color='#555555', shrinkA=0, shrinkB=0)
    axes.annotate('', end, start, arrowprops=arrow)


def draw_turn(axes: Axes) -> None:
    """Draws the way from the end of the first row to the start of the second."""
    right, left = BOXES['preprocessor'], BOXES['backbone']
    middle = (right.y + left.y) / 2 + 0.08
    xs = [right.x, right.x, left.x]
    axes.plot(xs, [right.y - HEIGHT / 2, middle, middle], color='#555555', linewidth=1)
    draw_arrow(axes, (left.x, middle), (left.x, left.y + HEIGHT / 2))


def draw_tour() -> Figure:
    """Draws all stops.

    Returns:
        The figure.
    """
    figure = Figure(figsize=(10, 5), layout='constrained')
    axes = figure.add_subplot()
    axes.set_axis_off()
    axes.set_xlim(-0.45, 5.45)
    axes.set_ylim(-0.4, 3.4)
    for box in BOXES.values():
        draw_box(axes, box)
    for start, end in ARROWS:
        a, b = BOXES[start], BOXES[end]
        side = WIDTH / 2 if b.x > a.x else -WIDTH / 2
        draw_arrow(axes, (a.x + side, a.y), (b.x - side, b.y))
    draw_turn(axes)
    for start, end in (('depth', 'predictions'), ('optimizer', 'export')):
        a, b = BOXES[start], BOXES[end]
        draw_arrow(axes, (a.x, a.y - HEIGHT / 2), (b.x, b.y + HEIGHT / 2))
    return figure


def main() -> None:
    """Draws the tour to the file that the command line names."""
    parser = argparse.ArgumentParser(description='Draws the way of the data.')
    parser.add_argument('out', type=Path, help='PNG file to write')
    draw_tour().savefig(parser.parse_args().out, dpi=120)


if __name__ == '__main__':
    main()
