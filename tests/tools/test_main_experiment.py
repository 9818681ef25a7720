"""The main config on embedded scenes in the official layout, with one and with two processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import CheckpointLoader

from mmmtl.apis.launch import build_runner, load_config
from mmmtl_scenes import StreetSceneSet, write_street_scenes
from tests.utils.paths import CONFIGS

CONFIG = CONFIGS / 'mtan_segnet_cityscapes7.py'
WIDTHS = (4, 4, 4, 4, 4)
HEAD = dict(in_channels=4, channels=4)


@pytest.fixture(scope='module')
def scenes(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp('street_scenes')
    write_street_scenes(root, StreetSceneSet(size=(64, 128), train=6, val=5), progress=False)
    return root


@pytest.fixture(scope='module')
def options(scenes) -> dict:
    """What makes the experiment small."""
    loaders = ('train_dataloader', 'val_dataloader', 'test_dataloader')
    return {
        **{f'{loader}.dataset.data_root': str(scenes) for loader in loaders},
        **{f'{loader}.batch_size': 2 for loader in loaders},
        'model.backbone.widths': WIDTHS,
        'model.neck.widths': WIDTHS,
        'model.decode_head.seg': HEAD,
        'model.decode_head.depth': HEAD,
        'optim_wrapper.optimizer.lr': 0.01,
        'train_cfg.max_epochs': 4,
        'default_hooks.logger.interval': 1,
    }


def with_augmentation(cfg: Config, workers: int) -> Config:
    steps = [
        dict(type='RandomScaleCrop', scales=(1.0, 1.2, 1.5)),
        dict(type='MultiTaskRandomFlip', prob=0.5),
        dict(type='PhotoMetricDistortion'),
    ]
    dataset = cfg.train_dataloader.dataset
    dataset.pipeline = [*dataset.pipeline[:-1], *steps, dataset.pipeline[-1]]
    cfg.train_dataloader.num_workers = workers
    return cfg


@pytest.mark.parametrize('workers', [0, 2])
def test_a_resumed_run_equals_an_uninterrupted_one(options, tmp_path, workers):
    states = []
    for name, epochs in (('whole', [4]), ('resumed', [2, 4])):
        for last in epochs:
            cfg = load_config(CONFIG, {**options, 'train_cfg.max_epochs': last}, tmp_path / name)
            cfg = with_augmentation(cfg, workers)
            cfg.resume = last == 4 and len(epochs) > 1
            cfg.val_cfg = cfg.val_dataloader = cfg.val_evaluator = None
            build_runner(cfg).train()
        checkpoint = CheckpointLoader.load_checkpoint(str(tmp_path / name / 'epoch_4.pth'))
        states.append(checkpoint['state_dict'])
    whole, resumed = states
    assert whole.keys() == resumed.keys()
    for key, value in whole.items():
        assert torch.equal(value, resumed[key]), key


def run(*command: object) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def as_arguments(options: dict) -> list[str]:
    arguments = ['--cfg-options']
    for key, value in options.items():
        items = (
            {f'{key}.{k}': v for k, v in value.items()} if isinstance(value, dict) else {key: value}
        )
        arguments += [f'{k}={str(v).replace(" ", "")}' for k, v in items.items()]
    return arguments


def last_metrics(work_dir: Path) -> dict[str, float]:
    """Metrics of the last validation or test that a run logged."""
    logs = sorted(work_dir.glob('*/vis_data/scalars.json')) or sorted(work_dir.glob('*/*.json'))
    entries = [json.loads(line) for line in logs[-1].read_text().splitlines()]
    found = [entry for entry in entries if 'seg/mIoU' in entry][-1]
    return {key: value for key, value in found.items() if key.startswith(('seg/', 'depth/'))}


@pytest.mark.e2e
def test_one_and_two_processes_evaluate_alike(options, repository, tmp_path):
    tools, arguments = repository / 'tools', as_arguments({**options, 'train_cfg.max_epochs': 2})
    trained = tmp_path / 'trained'
    out = run(tools / 'dist_train.sh', CONFIG, 2, '--work-dir', trained, *arguments)
    assert out.count('running 2 processes on the CPU with gloo') == 1
    checkpoint = trained / 'epoch_2.pth'
    one, two = tmp_path / 'one', tmp_path / 'two'
    run(sys.executable, tools / 'test.py', CONFIG, checkpoint, '--work-dir', one, *arguments)
    run(tools / 'dist_test.sh', CONFIG, checkpoint, 2, '--work-dir', two, *arguments)
    expected = last_metrics(one)
    assert set(expected) >= {'seg/mIoU', 'seg/aAcc', 'depth/abs_err', 'depth/rel_err', 'depth/d1'}
    # The five images do not divide by two; the processes of the training validated what was saved.
    assert last_metrics(two) == pytest.approx(expected, rel=1e-6)
    assert last_metrics(trained) == pytest.approx(expected, rel=1e-6)


@pytest.mark.e2e
def test_predictions_pictures_and_augmented_tests(options, repository, tmp_path):
    arguments = as_arguments({**options, 'train_cfg.max_epochs': 1})
    tools, work_dir = repository / 'tools', tmp_path / 'run'
    train = [sys.executable, tools / 'train.py', CONFIG, '--work-dir', work_dir, '--amp']
    run(*train, *arguments)
    test = [sys.executable, tools / 'test.py', CONFIG, work_dir / 'epoch_1.pth']
    more = ['--work-dir', work_dir, '--out', tmp_path / 'out', '--show-dir', tmp_path / 'pictures']
    run(*test, *more, '--tta', *arguments)
    assert len(list((tmp_path / 'out' / 'seg').glob('*.png'))) == 5
    assert len(list((tmp_path / 'out' / 'depth').glob('*.npy'))) == 5
    assert len(list((tmp_path / 'pictures').rglob('*.png'))) == 5


def failing_training(repository: Path, work_dir: Path, *arguments: str) -> str:
    """Gives what a training says that its user has to mend: one line, no traceback."""
    done = subprocess.run(
        [sys.executable, repository / 'tools/train.py', CONFIG, '--work-dir', work_dir, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=work_dir,
    )
    assert done.returncode == 1
    assert 'Traceback' not in done.stderr
    return done.stderr


@pytest.mark.e2e
def test_missing_data_is_one_line_that_says_how_to_make_it(repository, tmp_path):
    said = failing_training(repository, tmp_path)
    assert "error: CityscapesMultiTaskDataset: there is no data_root 'data/cityscapes'" in said
    assert 'mmmtl data streets data/cityscapes' in said


@pytest.mark.e2e
@pytest.mark.parametrize('workers', [0, 2])
def test_a_broken_label_is_one_line(options, repository, tmp_path, cityscapes_root, workers):
    path = cityscapes_root / 'gtFine/train/town/town_000000_000001_gtFine_labelIds.png'
    path.write_bytes(path.read_bytes()[:50])
    roots = {key: str(cityscapes_root) for key in options if key.endswith('data_root')}
    arguments = as_arguments({**options, **roots, 'train_dataloader.num_workers': workers})
    said = failing_training(repository, tmp_path, *arguments)
    assert f'error: seg label: {path}: truncated or broken image' in said


@pytest.mark.e2e
def test_a_head_without_labels_is_one_line(options, repository, tmp_path):
    arguments = as_arguments({**options, 'train_dataloader.dataset.tasks': ['seg']})
    said = failing_training(repository, tmp_path, *arguments)
    assert "['seg', 'depth'], one for each head, found labels of ['seg']" in said
