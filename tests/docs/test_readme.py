"""The README's examples run as they stand."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.registry import DATASETS, MODELS

from tests.utils.paths import REPOSITORY

README = (REPOSITORY / 'README.md').read_text()
EXAMPLES = re.findall(r'```python\n(.*?)```', README, flags=re.DOTALL)


def example(variable: str) -> Config:
    (text,) = [text for text in EXAMPLES if f'\n{variable} = ' in f'\n{text}']
    return Config.fromstring(text, '.py')


def test_the_model():
    model = MODELS.build(example('model').model).eval()
    with torch.no_grad():
        outputs = model(torch.rand(1, 3, 64, 96))
    assert {task: tuple(output.shape) for task, output in outputs.items()} == dict(
        seg=(1, 7, 64, 96), depth=(1, 1, 64, 96)
    )


def test_the_data_set(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder in ('images', 'ids', 'depth'):
        Path('data/mine', folder).mkdir(parents=True)
    cv2.imwrite('data/mine/images/a.jpg', np.zeros((8, 8, 3), np.uint8))
    cv2.imwrite('data/mine/ids/a.png', np.ones((8, 8), np.uint8))
    np.save('data/mine/depth/a.npy', np.full((8, 8), 2.5))
    sample = DATASETS.build(example('dataset').dataset)[0]['data_samples']
    assert sample.gt_sem_seg.data.unique().tolist() == [1]
    assert sample.gt_depth_map.data.unique().tolist() == [2.5]


@pytest.mark.parametrize('name', sorted(re.findall(r'`(\w+-?\w+\.py)` \|', README)))
def test_the_named_configs_have_the_stated_parameters(repository, name):
    (stated,) = re.findall(rf'`{re.escape(name)}` \|.*\| ([\d,]+) \|', README)
    model = MODELS.build(Config.fromfile(repository / 'configs' / name).model)
    assert sum(p.numel() for p in model.parameters()) == int(stated.replace(',', ''))


def test_every_command_and_link_names_a_file(repository):
    named = set(re.findall(r'(?:tools|configs|docs)/[\w./-]+\.(?:py|sh|md|png)', README))
    assert len(named) > 8
    assert [name for name in named if not (repository / name).exists()] == []
