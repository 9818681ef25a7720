"""The embedded data sets: procedural scenes with exact labels, rendered by numpy alone.

:mod:`~mmmtl_scenes.engine` turns solids, materials and light into images,
:mod:`~mmmtl_scenes.streets` and :mod:`~mmmtl_scenes.rooms` draw random scenes,
:mod:`~mmmtl_scenes.decathlon` draws pictures of one class each with OpenCV, and
:mod:`~mmmtl_scenes.writers` make data sets of them. Of mmmtl they use the label tables, the
camera of CityScapes, and what writes files safely; mmmtl uses nothing of them.
"""

from mmmtl_scenes.engine.render import Rendering, Scene, mirror, render
from mmmtl_scenes.rooms.room import render_room, sample_room
from mmmtl_scenes.streets.street import render_street, sample_street
from mmmtl_scenes.writers.cityscapes import StreetSceneSet, write_street_scenes
from mmmtl_scenes.writers.decathlon import DecathlonSet, write_decathlon
from mmmtl_scenes.writers.folders import write_folders_of_rooms
from mmmtl_scenes.writers.nyud import write_nyud_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet, write_rooms
from mmmtl_scenes.writers.nyuv2_mat import write_nyuv2_mat
from mmmtl_scenes.writers.pascal import write_pascal_streets

__all__ = [
    'DecathlonSet',
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
    'write_decathlon',
    'write_folders_of_rooms',
    'write_nyud_rooms',
    'write_nyuv2_mat',
    'write_pascal_streets',
    'write_rooms',
    'write_street_scenes',
]
