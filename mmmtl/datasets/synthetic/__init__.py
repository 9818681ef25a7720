"""The embedded data set: procedural scenes with exact labels, rendered by numpy alone."""

from mmmtl.datasets.synthetic.cityscapes_writer import StreetSceneSet, write_street_scenes
from mmmtl.datasets.synthetic.render import Rendering, Scene, mirror, render
from mmmtl.datasets.synthetic.streets import render_street, sample_street

__all__ = [
    'Rendering',
    'Scene',
    'StreetSceneSet',
    'mirror',
    'render',
    'render_street',
    'sample_street',
    'write_street_scenes',
]
