"""Renders a data set of rooms in one of the layouts of NYUv2.

``python -m mmmtl_scenes rooms`` does the same.

Example:
    python tools/dataset_converters/make_rooms.py data/nyuv2 --size 288x384
    python tools/dataset_converters/make_rooms.py data/rooms.mat --format mat
"""

from __future__ import annotations

import sys

from mmmtl_scenes.__main__ import run_command
from mmmtl_scenes.commands import rooms

if __name__ == '__main__':
    sys.exit(run_command(rooms))
