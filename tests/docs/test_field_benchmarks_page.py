"""The examples of docs/field_benchmarks.md run as they stand, on a small embedded set."""

import ast

import pytest

from mmmtl.evaluation import BoundaryFolders, score_boundaries
from mmmtl_scenes.writers.nyud import write_nyud_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet
from tests.utils.doc_pages import run_python

PAGE = 'field_benchmarks.md'
TASKS = ('seg', 'depth', 'normal', 'edge')


@pytest.mark.e2e
def test_one_label_an_image_and_scores_of_lines(tmp_path):
    rooms = RoomSet(size=(32, 48), train=3, val=1)
    write_nyud_rooms(tmp_path / 'data' / 'NYUD_MT', rooms, workers=1, progress=False)
    drawn, scores, *_ = run_python(PAGE, tmp_path)
    assert len(drawn) == 3
    assert all(line.split(' ', 1)[1] in str([[n] for n in TASKS]) for line in drawn)
    assert ast.literal_eval(scores[-1])['odsF'] > 60
    pairs = BoundaryFolders(tmp_path / 'canny', [tmp_path / 'data/NYUD_MT/edge'])
    assert len(pairs) == 4
    assert score_boundaries(pairs, 0.05, suppress=False, progress=False)['odsF'] > 20
