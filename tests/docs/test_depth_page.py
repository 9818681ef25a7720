"""What docs/depth.md names is there, and its examples run as they stand."""

import ast
import math
import re

import pytest
from mmengine.config import Config
from mmseg.registry import METRICS, MODELS

from mmmtl.evaluation.functional import SCALAR_METRICS
from tests.utils.doc_pages import run_python, write_configs
from tests.utils.paths import DOCS

PAGE = 'depth.md'
DOC = (DOCS / PAGE).read_text()


@pytest.mark.e2e
def test_the_examples_run(tmp_path):
    *outputs, _ = run_python(PAGE, tmp_path)
    (loss,), (cloud,) = outputs
    value, _, gradient = loss.partition(' ')
    assert float(value) == pytest.approx(0.5 * math.log(math.cosh(1)) / 2, abs=1e-4)
    expected = [0.5 * math.tanh(1) / 2, 0, 0]
    assert ast.literal_eval(gradient)[0][0][0] == pytest.approx(expected)
    shape, _, point = cloud.partition(') ')
    assert shape == '(17600, 3'
    # The camera of a quarter of the pixels: fx 130, cx 79.5, cy 59.5; row 10, column 0.
    assert ast.literal_eval(point) == pytest.approx([-2 * 79.5 / 130, -2 * 49.5 / 130, 2])
    assert (tmp_path / 'wall.ply').stat().st_size > 17600 * 15


def test_the_evaluations_can_be_built(tmp_path):
    (path,) = write_configs(PAGE, tmp_path)
    for metric in Config.fromfile(path)._cfg_dict.to_dict().values():
        METRICS.build(metric)


def test_what_is_named_is_there():
    table = DOC.split('## Names')[1].split('\n## ')[0]
    names = re.findall(r'`(\w+(?:Loss|Metric|Head))\b', table)
    assert len(set(names)) >= 8
    for name in names:
        assert MODELS.get(name) or METRICS.get(name), name
    for metric in SCALAR_METRICS:
        assert f'`{metric}`' in table
    for word in ('SILog', 'BerHu', 'Eigen split crop', 'Garg crop', 'delta1', 'min_depth'):
        assert word in table


def test_links_lead_somewhere():
    for file in re.findall(r'\]\((\w+\.md)', DOC):
        assert (DOCS / file).is_file()
