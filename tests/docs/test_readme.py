"""The README's examples run as they stand."""

import json
import re

import cv2
import numpy as np
import pytest
from mmengine.config import Config
from mmseg.registry import MODELS

import mmmtl
from mmmtl.apis.launch import load_config
from mmmtl.checks import check_config
from mmmtl_bench.speed.weightings import weighting_configs
from tests.utils.doc_pages import read_blocks, run_python, write_configs
from tests.utils.paths import DOCS, REPOSITORY

README = (REPOSITORY / 'README.md').read_text()
LOOK = """
import json
import torch

labels = sample['data_samples']
batch = dict(inputs=[sample['inputs']], data_samples=[labels])
seen = network.data_preprocessor(batch)['inputs']
outputs = network.eval()(torch.rand(1, 3, 64, 96))
print(json.dumps(dict(
    outputs={task: output.shape for task, output in outputs.items()},
    ids=labels.gt_sem_seg.data.unique().tolist(),
    depths=labels.gt_depth_map.data.unique().tolist(),
    seen=seen[0, :, 0, 0].tolist(),
)))
"""


@pytest.mark.e2e
def test_the_model_and_the_data_set(tmp_path):
    data = tmp_path / 'data' / 'mine'
    for folder in ('images', 'ids', 'depth'):
        (data / folder).mkdir(parents=True)
    blue, green, red = 20, 100, 200
    cv2.imwrite(str(data / 'images/a.jpg'), np.full((8, 8, 3), (blue, green, red), np.uint8))
    cv2.imwrite(str(data / 'ids/a.png'), np.ones((8, 8), np.uint8))
    np.save(data / 'depth/a.npy', np.full((8, 8), 2.5))
    found = json.loads(run_python('README.md', tmp_path, after=LOOK)[-1][-1])
    assert found['outputs'] == dict(seg=[1, 3, 64, 96], depth=[1, 1, 64, 96])
    assert found['ids'] == [1]
    assert found['depths'] == [2.5]
    # as torchvision's and mmseg's ResNets want it: red, green, blue in units of ImageNet's spread
    expected = [
        (red / 255 - 0.485) / 0.229,
        (green / 255 - 0.456) / 0.224,
        (blue / 255 - 0.406) / 0.225,
    ]
    assert found['seen'] == pytest.approx(expected, abs=0.05)  # JPEG is off by some levels


@pytest.mark.parametrize('name', sorted(re.findall(r'`(\w+-?\w+\.py)` \|', README)))
def test_the_named_configs_have_the_stated_parameters(repository, name):
    (stated,) = re.findall(rf'`{re.escape(name)}` \|.*\| ([\d,]+) \|', README)
    model = MODELS.build(Config.fromfile(repository / 'configs' / name).model)
    assert sum(p.numel() for p in model.parameters()) == int(stated.replace(',', ''))


def test_every_command_and_link_names_a_file(repository):
    named = set(re.findall(r'(?:tools|configs|docs)/[\w./-]+\.(?:py|sh|md|png)', README))
    made = {block.config for block in read_blocks('README.md')}
    assert len(named) > 8
    assert [name for name in named - made if not (repository / name).exists()] == []


def test_nothing_is_wrong_with_the_ten_lines_but_the_data(tmp_path):
    (path,) = write_configs('README.md', tmp_path)
    assert len(path.read_text().splitlines()) <= 11  # with the name of the file
    cfg = load_config(path)
    assert cfg.default_hooks.checkpoint.save_best == 'normal/mean'
    assert cfg.train_dataloader.dataset.type == 'NYUv2MultiTaskDataset'
    assert check_config(cfg, coming=[cfg.data_root]) == ()


def test_the_counted_configs_are_all(repository):
    (stated,) = re.findall(r'one of the \[(\d+) configs\]', README)
    assert int(stated) == len(mmmtl.list_configs())


def test_the_table_of_other_projects_is_that_of_its_page():
    page = (DOCS / 'comparison.md').read_text()
    section = README.partition('## Compared with other projects')[2]
    rows = section.strip().partition('\n\n')[0].splitlines()
    assert len(rows) > 10
    assert [row for row in rows if row not in page] == []


def test_the_counted_weightings_are_all():
    methods = {
        name.split(',')[0]: config['type']
        for name, config in weighting_configs(('seg', 'depth', 'normal')).items()
    }
    by_gradient = [
        name for name, kind in methods.items() if kind in ('GradNorm', 'GradientWeighting')
    ]
    assert (len(methods) - len(by_gradient), len(by_gradient)) == (10, 14)
    assert 'ten loss weightings, and fourteen methods that work on gradients' in README
    assert '| Weightings by losses, by gradients | 10, 14 |' in README
