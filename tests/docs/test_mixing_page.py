"""The examples of docs/mixing.md run as they stand, on narrow networks and tiny data."""

from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.apis.launch import build_runner, load_config
from mmmtl.apis.try_model import small_offline_model
from mmmtl.compat.config import get_installed_path
from mmmtl_scenes import StreetSceneSet, write_street_scenes
from tests.utils.doc_pages import (
    read_blocks,
    run_command,
    run_python,
    split_commands,
    write_configs,
)
from tests.utils.mmseg_families import narrow_model
from tests.utils.paths import DOCS

PAGE = 'mixing.md'
DOC = (DOCS / PAGE).read_text()
NAMES = [Path(block.config).name for block in read_blocks(PAGE) if block.config is not None]
COMMANDS = [
    command
    for language, block in read_blocks(PAGE)
    for command in (split_commands(block) if language == 'bash' else [])
]
SIZE = (64, 128)


@pytest.fixture(scope='module')
def street_scenes(tmp_path_factory):
    """The embedded data in the layout of CityScapes."""
    folder = tmp_path_factory.mktemp('street_scenes')
    scenes = StreetSceneSet(size=SIZE, train=2, val=2)
    write_street_scenes(folder, scenes, workers=1, progress=False)
    return folder


@pytest.fixture
def data_folder(tmp_path, street_scenes, monkeypatch):
    """The current folder, with nothing but the data."""
    (tmp_path / 'data').mkdir()
    (tmp_path / 'data' / 'cityscapes').symlink_to(street_scenes)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def experiments(data_folder):
    """The page's configs beside the repository's, and the data that they name."""
    write_configs(PAGE, data_folder)
    return data_folder / 'configs'


def shrink(cfg):
    """Keeps a config's structure, and makes the network narrow and the run one step long."""
    model = cfg.pop('model').to_dict()
    narrow_model(model)
    cfg.model = small_offline_model(model, SIZE)
    cfg.default_hooks.checkpoint = None
    cfg.train_cfg.val_interval = 10  # only when asked to
    cfg.log_level = 'WARNING'
    for name in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
        loader = cfg[name]
        loader.update(num_workers=0, batch_size=2, persistent_workers=False)
        for step in loader.dataset.pipeline:
            sizes = dict(size=SIZE, crop_size=SIZE, scale=SIZE[::-1])
            step.update({key: value for key, value in sizes.items() if key in step})
    return cfg


@pytest.mark.parametrize('name', NAMES)
def test_the_configs_train_and_validate(name, experiments):
    cfg = shrink(load_config(experiments / name, work_dir='run'))
    assert cfg.model.decode_head.seg.num_classes == 19
    cfg.train_cfg.max_epochs = 1
    runner = build_runner(cfg)
    before = {k: v.clone() for k, v in runner.model.decode_head.depth.state_dict().items()}
    runner.train()
    metrics = runner.val()
    assert {'seg/mIoU', 'depth/abs_err'} <= set(metrics)
    after = runner.model.decode_head.depth.state_dict()
    assert any(not torch.equal(after[key], value) for key, value in before.items())


def test_the_training_commands(tmp_path, monkeypatch):
    write_configs(PAGE, tmp_path)
    monkeypatch.chdir(tmp_path)
    render, train = COMMANDS[:2]
    config = Path(train[2])
    run_command([*render, '--train', '2', '--val', '2', '--workers', '1', '--quiet'])
    trial = ('train_cfg.max_epochs=1', 'train_dataloader.batch_size=2')
    assert all(option in DOC for option in trial)
    run_command([*train, *trial, 'train_dataloader.num_workers=0', 'val_dataloader.num_workers=0'])
    assert Path('work_dirs', config.stem, 'epoch_1.pth').is_file()


def test_the_command_that_tries_the_configs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (check,) = COMMANDS[2:]
    run_command([*check, '--only', 'fastscnn/*'])
    table = Path(check[check.index('--markdown') + 1]).read_text()
    (row,) = [line for line in table.splitlines() if line.startswith('| fastscnn |')]
    assert row in DOC


def test_auxiliary_heads_are_kept(experiments):
    counts = {}
    for name in NAMES:
        heads = Config.fromfile(experiments / name).model.get('auxiliary_head', {}).get('seg', [])
        counts[name.partition('_')[0]] = len(heads) if isinstance(heads, list) else 1
    assert counts == dict(
        zip(
            ('pspnet', 'deeplabv3plus', 'segformer', 'swin-tiny', 'stdc1', 'segmenter'),
            (1, 1, 0, 1, 3, 0),
            strict=True,
        )
    )


@pytest.mark.e2e
def test_the_function_and_the_checkpoint(data_folder):
    look = """
print(list(runner.model.decode_head))
cfg.dump('after.py')
"""
    assert run_python(PAGE, data_folder, after=look)[-1][-1] == "['seg', 'depth']"
    after = Config.fromfile('after.py')
    cfg = Config.fromfile('upernet_r50_cityscapes7.py')
    assert cfg.model == after.model
    cfg.load_from, cfg.load_partial = after.load_from, after.load_partial
    checkpoint = Path('checkpoints', 'upernet_r50_cityscapes.pth')
    shrink(cfg)
    cfg.work_dir = 'run'
    cfg.train_cfg.max_iters = 1
    torch.manual_seed(0)
    heads = dict(decode_head=cfg.model.decode_head.seg, auxiliary_head=cfg.model.auxiliary_head.seg)
    single = MODELS.build(dict(type='EncoderDecoder', backbone=cfg.model.backbone, **heads))
    checkpoint.parent.mkdir()
    torch.save(dict(state_dict=single.state_dict(), meta={}), checkpoint)
    runner = build_runner(cfg)
    runner.load_or_resume()
    loaded = runner.model.decode_head.seg.state_dict()
    assert all(torch.equal(loaded[k], v) for k, v in single.decode_head.state_dict().items())
    runner.train()
    assert {'seg/mIoU', 'depth/abs_err'} <= set(runner.val())


def test_the_table_has_every_family():
    table = DOC.partition('<!-- table of check_mmseg_configs.py -->')[2]
    rows = [line.strip('| ').split(' | ') for line in table.splitlines() if line.startswith('| ')]
    counts = {
        row[0]: [int(cell) for cell in row[1:]]
        for row in rows
        if len(row) == 5 and row[1].isdigit()
    }
    configs = Path(get_installed_path('mmseg'), '.mim', 'configs')
    assert set(counts) == {path.name for path in configs.iterdir()} - {'_base_'}
    assert all(total == sum(others) for total, *others in counts.values())
    total, works, lacks, _ = (sum(column) for column in zip(*counts.values(), strict=True))
    share = 100 * works / (total - lacks)
    stated = f'{total} configs; the dependencies of {total - lacks} are installed'
    assert f'{stated}, of which {works} work ({share:.1f}%)' in table
    assert share > 90
