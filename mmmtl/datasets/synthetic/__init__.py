"""The embedded data sets: procedural scenes with exact labels, rendered by numpy alone."""

from mmmtl.datasets.synthetic.cityscapes_writer import StreetSceneSet, write_street_scenes
from mmmtl.datasets.synthetic.nyuv2_mat import write_nyuv2_mat
from mmmtl.datasets.synthetic.nyuv2_writer import RoomSet, write_rooms
from mmmtl.datasets.synthetic.render import Rendering, Scene, mirror, render
from mmmtl.datasets.synthetic.rooms import render_room, sample_room
from mmmtl.datasets.synthetic.streets import render_street, sample_street

__all__ = [
    'Rendering',
    'RoomSet',
    'Scene',
    'StreetSceneSet',
    'mirror',
    'render',
    'render_room',
    'render_street',
    'sample_room',
    'sample_street',
    'write_nyuv2_mat',
    'write_rooms',
    'write_street_scenes',
]
