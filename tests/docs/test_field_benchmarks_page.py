"""docs/field_benchmarks.md: its examples run on a small embedded set, its figures are right."""

import ast
import re

import pytest
from mmseg.registry import MODELS

from mmmtl.apis.launch import load_config
from mmmtl.checks.meta import weights_on_meta
from mmmtl.evaluation import BoundaryFolders, score_boundaries
from mmmtl_bench.run.complexity import count_flops
from mmmtl_scenes.writers.nyud import write_nyud_rooms
from mmmtl_scenes.writers.nyuv2 import RoomSet
from tests.configs.test_every_config import FIELD
from tests.utils.doc_pages import run_python
from tests.utils.paths import CONFIGS, DOCS

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


ROWS = re.findall(
    r'^\| `(\S+\.py)` \|.*?\| [\d,]+ \| ([\d.]+) \|', (DOCS / PAGE).read_text(), flags=re.MULTILINE
)


def test_every_config_of_the_benchmarks_has_a_row():
    names = [path.name for path in FIELD if path.stem.endswith(('_nyud', '_pascal-context'))]
    assert sorted(name for name, _ in ROWS) == names


@pytest.mark.parametrize(
    'name', ['split_r18-d8_deeplabv3_nyud.py', 'invpt-full_vit-b_pascal-context.py']
)
def test_the_stated_multiply_adds_are_the_model_s(name):
    cfg = load_config(CONFIGS / name)
    with weights_on_meta():
        model = MODELS.build(cfg.model).to('meta')
    flops = count_flops(model, tuple(cfg.crop_size))
    assert f'{flops / 1e9:.1f}' == dict(ROWS)[name]
