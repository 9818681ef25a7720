"""What the tests of the analysis tools share: a way to run them, and a tiny experiment."""

import runpy
import sys

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from tests.utils.own_tasks import write_own_tasks
from tests.utils.random_data import write_cityscapes

WIDTHS = (8, 8, 8, 8, 8)
SIZE = (32, 64)

CONFIG = """
_base_ = ['{base}']
data_root = '{root}'
model = dict(
    backbone=dict(widths={widths}),
    decode_head=dict(
        seg=dict(in_channels=8, channels=8),
        depth=dict(in_channels=8, channels=8),
    ),
    neck=dict(widths={widths}),
)
train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size={size}),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]
test_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size={size}),
    dict(type='PackMultiTaskInputs'),
]
train_dataloader = dict(dataset=dict(data_root=data_root, pipeline=train_pipeline))
test_dataloader = dict(dataset=dict(data_root=data_root, pipeline=test_pipeline))
"""


@pytest.fixture
def tool(repository, monkeypatch, capsys):
    """Runs a tool of tools/analysis_tools in this process; gives exit code and output."""

    def run(name, *arguments):
        path = repository / 'tools' / 'analysis_tools' / f'{name}.py'
        monkeypatch.setattr(sys, 'argv', [str(path), *map(str, arguments)])
        with pytest.raises(SystemExit) as exited:
            runpy.run_path(str(path), run_name='__main__')
        printed = capsys.readouterr()
        return exited.value.code, printed.out + printed.err

    return run


@pytest.fixture(scope='session')
def experiment(tmp_path_factory, repository):
    """A config over tiny data, and a checkpoint of random weights."""
    folder = tmp_path_factory.mktemp('experiment')
    root = write_cityscapes(folder / 'data', dict(train=4, val=3), size=SIZE)
    base = repository / 'configs' / 'mtan_segnet_cityscapes7.py'
    config = folder / 'small.py'
    config.write_text(CONFIG.format(base=base, root=root, widths=WIDTHS, size=SIZE))
    torch.manual_seed(0)
    model = MODELS.build(Config.fromfile(config).model)
    torch.save(dict(state_dict=model.state_dict()), folder / 'small.pth')
    return config, folder / 'small.pth'


@pytest.fixture(scope='session')
def own_tasks(tmp_path_factory):
    """A config with tasks of its own over tiny data, and a checkpoint of random weights."""
    return write_own_tasks(tmp_path_factory.mktemp('own'), ('parts', 'edge', 'albedo'))


@pytest.fixture(scope='session')
def image_path(experiment):
    """Gives the path of the first image of a split of the experiment."""

    def find(split):
        root = Config.fromfile(experiment[0]).data_root
        return f'{root}/leftImg8bit/{split}/town/town_000000_000000_leftImg8bit.png'

    return find


@pytest.fixture
def drawn(monkeypatch):
    """What is given to a drawing function of mmmtl.visualization."""

    def watch(name):
        calls = []
        function = getattr(sys.modules['mmmtl.visualization'], name)

        def remember(*args, **kwargs):
            calls.append((args, kwargs))
            return function(*args, **kwargs)

        monkeypatch.setattr(f'mmmtl.visualization.{name}', remember)
        return calls

    return watch
