"""The demo is a program, not a package: its files are found beside it."""

import sys

from tests.utils.paths import REPOSITORY

sys.path.insert(0, str(REPOSITORY / 'demo'))
