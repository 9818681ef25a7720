"""Renders a data set of street scenes in the layout of CityScapes.

``python -m mmmtl_scenes streets`` does the same.

Example:
    python tools/dataset_converters/make_street_scenes.py data/street_scenes --size 128x256
"""

from __future__ import annotations

import sys

from mmmtl_scenes.__main__ import run_command
from mmmtl_scenes.commands import streets

if __name__ == '__main__':
    sys.exit(run_command(streets))
