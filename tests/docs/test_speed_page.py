"""The config of docs/speed.md can be used, and its table of memory is what is measured."""

import re

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.apis.fast_runtime import apply_fast
from mmmtl.apis.launch import load_config
from mmmtl_bench.run.saved_memory import activation_bytes
from tests.utils.doc_pages import write_configs
from tests.utils.paths import CONFIGS, DOCS

PAGE = 'speed.md'
ROW = re.compile(r'^\| `(\w[\w-]+)` \| (\d+)x(\d+) \| (\d+) \| (\d+) \|$', re.MULTILINE)
ROWS = ROW.findall((DOCS / PAGE).read_text())


def test_the_config(tmp_path):
    (path,) = write_configs(PAGE, tmp_path)
    cfg = load_config(path)
    apply_fast(cfg)
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.optim_wrapper.optimizer.fused is True


@pytest.mark.parametrize('row', ROWS[::6], ids=lambda row: row[0])
def test_the_memory(row):
    name, height, width, *stated = row
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    found = activation_bytes(model, (int(height), int(width)))
    assert [round(number / 2**20) for number in found] == [int(number) for number in stated]


def test_there_is_a_table():
    assert len(ROWS) >= 15
