"""Which pictures of architectures there are, of which config, and their files."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
from matplotlib.figure import Figure
from mmengine.config import Config

from mmmtl.apis.launch import load_config
from mmmtl.files import write_atomically
from mmmtl.shipped_files import find_config
from mmmtl_bench.zoo.diagrams import cross_task_diagrams as cross_task
from mmmtl_bench.zoo.diagrams import segnet_diagrams as segnet
from mmmtl_bench.zoo.diagrams import stage_diagrams as stage
from mmmtl_bench.zoo.diagrams.legend import draw_legend
from mmmtl_bench.zoo.diagrams.painting import Painter
from mmmtl_bench.zoo.diagrams.parts import Diagram
from mmmtl_bench.zoo.diagrams.shapes import Network, trace_network

WIDTH = 7.0
"""Inches; 700 pixels on a page."""


class Picture(NamedTuple):
    """One picture of the gallery."""

    config: str
    """Whose network it shows."""
    describe: Callable[[Network], Diagram]
    title: str = ''
    """In the overview; empty leaves it out there."""
    options: Mapping[str, Any] = {}
    """Entries of the config that are changed, as by ``--cfg-options``."""
    tasks: int | None = None
    """How many of the tasks are drawn; None draws all."""


OVERVIEW = 'overview'
"""Name of the sheet with all of them."""

_LORA = {
    'model.backbone._delete_': True,
    'model.backbone.type': 'HFTaskBackbone',
    'model.backbone.model': 'facebook/dinov2-small',
    'model.backbone.lora': dict(rank=8),
}

_SETTINGS = {
    'svg.fonttype': 'none',
    'svg.hashsalt': 'mmmtl',
    'font.family': ['sans-serif'],
    'font.sans-serif': ['DejaVu Sans', 'Verdana', 'Arial', 'Helvetica'],
    'hatch.linewidth': 0.5,
}

PICTURES: dict[str, Picture] = {
    'single_task': Picture('segnet_cityscapes7-seg', segnet.describe_segnet, 'Single task'),
    'stan': Picture('stan_segnet_cityscapes7-seg', segnet.describe_attention, 'STAN'),
    'split': Picture('split_segnet_cityscapes7', segnet.describe_segnet, 'Split'),
    'split_decoders': Picture(
        'split_r50-d8_deeplabv3_cityscapes7', stage.describe_branches, 'Split, own decoders'
    ),
    'dense': Picture('dense_segnet_cityscapes7', segnet.describe_dense, 'Dense'),
    'cross_stitch': Picture(
        'cross-stitch_segnet_cityscapes7', segnet.describe_stitched, 'Cross-Stitch'
    ),
    'cross_stitch_streams': Picture('cross-stitch_r18_cityscapes7', cross_task.describe_streams),
    'nddr': Picture('nddr_r18_cityscapes7', cross_task.describe_streams, 'NDDR-CNN'),
    'mtan': Picture('mtan_segnet_cityscapes7', segnet.describe_attention, 'MTAN'),
    'mtan_preprint': Picture('mtan-v1_segnet_cityscapes7', segnet.describe_attention),
    'mtlbl1': Picture('mtlbl1_segnet_cityscapes7', segnet.describe_added),
    'mtlbl2': Picture('mtlbl2_segnet_cityscapes7', segnet.describe_encoder_attention),
    'mtan_resnet': Picture(
        'mtan_r50-d8_deeplabv3_cityscapes7', stage.describe_stage_attention, 'MTAN on ResNet'
    ),
    'mtan_wide_resnet': Picture(
        'mtan_wrn28-4_decathlon',
        stage.describe_stage_attention,
        'MTAN on Wide ResNet',
        tasks=2,
    ),
    'stage_attention': Picture(
        'stage-attention_mit-b0_segformer_cityscapes7',
        stage.describe_stage_attention,
        'Stage attention',
    ),
    'mtunet': Picture('mtunet_cityscapes7', cross_task.describe_cross_talk, 'MT-UNet'),
    'padnet': Picture('padnet_r18_cityscapes7', cross_task.describe_distillation, 'PAD-Net'),
    'mtinet': Picture('mtinet_hr18_cityscapes7', cross_task.describe_scales, 'MTI-Net'),
    'invpt': Picture('invpt_mit-b0_cityscapes7', cross_task.describe_transformer, 'InvPT'),
    'invpt_full': Picture('invpt-full_swin-t_nyud', cross_task.describe_transformer),
    'linear': Picture(
        'linear_dinov2-s_cityscapes19', stage.describe_frozen, 'Frozen, linear heads'
    ),
    'dpt': Picture('split_dinov2-s_dpt_nyuv2', stage.describe_reassembled, 'Frozen, DPT heads'),
    'dinov3': Picture('stage-attention_dinov3-s_cityscapes7', stage.describe_pyramid_attention),
    'lora': Picture(
        'linear_dinov2-s_cityscapes19', stage.describe_adapters, 'LoRA per task', _LORA
    ),
}
"""By the name of the file, without its suffix."""


def picture_config(picture: Picture) -> Config:
    """Reads the config of a picture.

    Args:
        picture: The picture.

    Returns:
        The config, with the picture's options.
    """
    cfg = load_config(find_config(f'mmmtl::{picture.config}.py'))
    cfg.merge_from_dict(dict(picture.options))
    return cfg


@cache
def network_of(name: str) -> Network:
    """Builds the network of a picture.

    Args:
        name: Name of the picture in :data:`PICTURES`.

    Returns:
        What pictures take from it.
    """
    picture = PICTURES[name]
    network = trace_network(picture_config(picture))
    return network._replace(tasks=network.tasks[: picture.tasks])


def draw_picture(name: str) -> Figure:
    """Draws one picture.

    Args:
        name: Its name in :data:`PICTURES`.

    Returns:
        The figure.
    """
    network = network_of(name)
    return draw_diagram(PICTURES[name].describe(network), network)


def draw_diagram(diagram: Diagram, network: Network) -> Figure:
    """Draws a description, with a legend below.

    Args:
        diagram: The description.
        network: What it is of.

    Returns:
        The figure.
    """
    figure = Figure(figsize=(WIDTH, 3), facecolor='white')
    axes = figure.add_axes((0, 0, 1, 1))
    painter = Painter(axes, diagram, network, WIDTH)
    painter.paint()
    below = draw_legend(axes, diagram, network, painter.low, WIDTH)
    axes.set_ylim(below, painter.low + painter.height)
    figure.set_size_inches(WIDTH, painter.low + painter.height - below)
    return figure


def draw_overview(columns: int = 3) -> Figure:
    """Draws a sheet with the pictures that have a title, small and without numbers.

    Args:
        columns: How many stand side by side. Defaults to 3.

    Returns:
        The figure.
    """
    shown = {name: picture for name, picture in PICTURES.items() if picture.title}
    rows = -(-len(shown) // columns)
    wide, high = WIDTH / columns, 1.05
    figure = Figure(figsize=(WIDTH, rows * high), facecolor='white')
    for index, (name, picture) in enumerate(shown.items()):
        row, column = divmod(index, columns)
        network = network_of(name)
        place = (
            column * wide / WIDTH + 0.01,
            1 - (row + 0.97) / rows,
            wide / WIDTH - 0.02,
            0.72 / rows,
        )
        axes = figure.add_axes(place)
        Painter(axes, picture.describe(network), network, WIDTH, labels=False).paint()
        figure.text(
            (column + 0.5) / columns, 1 - (row + 0.12) / rows, picture.title,
            fontsize=7.5, ha='center', va='center',
        )  # fmt: skip
    return figure


def write_figure(figure: Figure, path: Path) -> None:
    """Writes a figure as SVG, the same bytes each time.

    Args:
        figure: The figure.
        path: The file.
    """
    for axes in figure.axes:
        for artist in axes.get_children():
            artist.set_clip_on(False)  # saves a third of the file
    stream = io.StringIO()
    with matplotlib.rc_context(_SETTINGS):
        figure.savefig(stream, format='svg', metadata=dict(Date=None))
    text = re.sub(r' id="(?:patch|line2d|text)_\d+"', '', stream.getvalue())
    text = re.sub(r'\s*<!-- [^>]* -->', '', text)
    text = re.sub(r'; stroke-line(?:join|cap): (?:miter|square)', '', text)
    text = re.sub(r'-?\d+\.\d{3,}', lambda found: f'{float(found[0]):.2f}', text)
    write_atomically(path, text)
