"""mmmtl_bench.commands.describe on a tiny run with random weights."""

import json
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.registry import DATASETS, MODELS

from mmmtl.apis import MultiTaskInferencer
from mmmtl_bench.run.panels_file import read_panels
from mmmtl_bench.run.run_record import read_record
from tests.utils.random_data import write_cityscapes

WIDTHS = (4, 4, 4, 4, 4)
SIZE = (32, 64)
NUM_VAL = 7


def write_run(folder, root, config, tasks, repository):
    """Writes what a training leaves behind: spec, whole config, log and a checkpoint."""
    cfg = Config.fromfile(repository / 'configs' / config)
    heads = {
        f'model.decode_head.{task}.{key}': 4
        for task in tasks
        for key in ('in_channels', 'channels')
    }
    cfg.merge_from_dict(
        {
            'model.backbone.widths': WIDTHS,
            **({'model.neck.widths': WIDTHS} if 'neck' in cfg.model else {}),
            **heads,
            **{
                f'{split}_dataloader.{key}': value
                for split in ('train', 'val', 'test')
                for key, value in {
                    'dataset.data_root': str(root),
                    'num_workers': 0,
                    'batch_size': 3,
                    'dataset.pipeline.2.size': SIZE,
                }.items()
            },
        }
    )
    spec = dict(
        dataset='streets7',
        architecture='MTAN',
        tasks=list(tasks),
        weighting='equal',
        seed=0,
        config=config,
        cfg_options={},
    )
    folder.mkdir(parents=True)
    (folder / 'spec.json').write_text(json.dumps(spec))
    logs = folder / '20250101_000000' / 'vis_data'
    logs.mkdir(parents=True)
    cfg.dump(logs / 'config.py')
    (logs / 'scalars.json').write_text('{"iter": 6, "epoch": 1, "time": 0.5, "loss": 1.0}\n')
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    torch.save(dict(state_dict=model.state_dict(), meta=dict(epoch=1)), folder / 'epoch_1.pth')
    return folder


@pytest.fixture(scope='module')
def data_root(tmp_path_factory):
    folder = tmp_path_factory.mktemp('data')
    return write_cityscapes(folder, dict(train=4, val=NUM_VAL), size=SIZE)


@pytest.fixture(scope='module')
def run_folder(tmp_path_factory, data_root, repository):
    folder = tmp_path_factory.mktemp('runs') / 'mtan'
    return write_run(folder, data_root, 'mtan_segnet_cityscapes7.py', ('seg', 'depth'), repository)


@pytest.fixture
def describe_run(tool):
    return partial(tool, 'describe')


def test_the_record_of_a_run(describe_run, run_folder, data_root):
    code, printed = describe_run(run_folder, '--device', 'cpu')
    assert code == 0, printed
    assert 'record.json: ' in printed

    record = read_record(run_folder)
    cfg = Config.fromfile(run_folder / '20250101_000000' / 'vis_data' / 'config.py')
    model = MODELS.build(cfg.model)
    assert record.num_params == sum(parameter.numel() for parameter in model.parameters())
    assert record.num_trained == record.num_params
    assert record.flops > 2_000_000
    assert record.input_size == SIZE
    assert record.spec.architecture == 'MTAN'
    assert record.train_seconds == 6 * 0.5
    assert record.device == 'cpu'
    assert record.versions['torch'] == torch.__version__
    assert record.notes == ()
    assert record.protocol['training images'] == '4'
    assert record.protocol['validation images'] == str(NUM_VAL)
    assert record.protocol['batch size'] == '3'
    assert record.protocol['resolution'] == '32x64'
    kinds = ('image', 'seg', 'depth')
    assert list(record.data_hash) == [f'{s}/{k}' for s in ('train', 'val') for k in kinds]

    # IoU and shares, counted from the inferencer's predictions and the files' labels
    inferencer = MultiTaskInferencer(
        cfg, run_folder / 'epoch_1.pth', device='cpu', show_progress=False
    )
    dataset = DATASETS.build(cfg.val_dataloader.dataset)
    counts = np.zeros((7, 7), np.int64)  # label, prediction
    for index in range(NUM_VAL):
        sample = dataset[index]['data_samples']
        label = sample.gt_sem_seg.data[0].numpy()
        predicted = inferencer(sample.img_path)['seg']
        np.add.at(counts, (label[label != 255], predicted[label != 255]), 1)
    union = counts.sum(0) + counts.sum(1) - counts.diagonal()
    iou = [
        100 * hit / all_ if all_ else None
        for hit, all_ in zip(counts.diagonal(), union, strict=True)
    ]
    assert record.class_names == list(dataset.metainfo['classes'])
    assert record.tasks == dataset.metainfo['tasks']
    assert record.tasks['depth']['unit'] == dataset.metainfo['depth_unit']
    assert record.class_iou == [None if value is None else pytest.approx(value) for value in iou]
    assert any(value for value in iou)
    assert record.class_share == pytest.approx((100 * counts.sum(1) / counts.sum()).tolist())


def test_panels_are_spread_over_the_set(describe_run, run_folder, data_root):
    assert describe_run(run_folder, '--device', 'cpu')[0] == 0
    panels = read_panels(run_folder / 'panels.npz')
    assert panels.metainfo['depth_unit'] == 'mtan'
    assert len(panels.metainfo['palette']) == 7
    inferencer = MultiTaskInferencer(
        str(run_folder / '20250101_000000' / 'vis_data' / 'config.py'),
        run_folder / 'epoch_1.pth',
        device='cpu',
        show_progress=False,
    )
    assert len(panels.rows) == 3
    for row, index in zip(panels.rows, (0, 3, 6), strict=True):
        path = f'{data_root}/leftImg8bit/val/town/town_000000_{index:06d}_leftImg8bit.png'
        assert np.array_equal(row.image, cv2.imread(path)[..., ::-1])
        found = inferencer(path)
        assert np.array_equal(row.predictions['seg'][0].numpy(), found['seg'])
        np.testing.assert_allclose(
            row.predictions['depth'][0].numpy(), found['depth'], rtol=1e-4, atol=1e-6
        )
        assert row.labels['seg'].shape == row.labels['depth'].shape == (1, *SIZE)


def test_the_record_is_written_last(describe_run, run_folder, monkeypatch):
    (run_folder / 'record.json').unlink(missing_ok=True)

    def fail(*args):
        raise ValueError('no room')

    monkeypatch.setattr('mmmtl_bench.run.describe.write_panels', fail)
    code, printed = describe_run(run_folder, '--device', 'cpu')
    assert code == 1
    assert 'no room' in printed
    assert not (run_folder / 'record.json').exists()


def test_a_run_without_classes(describe_run, tmp_path, data_root, repository):
    folder = write_run(
        tmp_path / 'run', data_root, 'segnet_cityscapes7-depth.py', ('depth',), repository
    )
    code, printed = describe_run(folder, '--device', 'cpu')
    assert code == 0, printed
    record = read_record(folder)
    assert (record.class_names, record.class_iou, record.class_share) == (None, None, None)
    assert list(record.data_hash) == ['train/image', 'train/depth', 'val/image', 'val/depth']
    assert list(read_panels(folder / 'panels.npz').rows[0].predictions) == ['depth']


@pytest.mark.parametrize(
    ('damage', 'message'),
    [
        (lambda folder: (folder / 'spec.json').unlink(), 'is no folder of a run'),
        (lambda folder: (folder / 'epoch_1.pth').unlink(), 'expected a checkpoint of the run'),
        (
            lambda folder: (folder / '20250101_000000' / 'vis_data' / 'config.py').unlink(),
            'expected <time>/vis_data/config.py',
        ),
    ],
)
def test_what_is_missing_is_named(describe_run, tmp_path, data_root, repository, damage, message):
    folder = write_run(
        tmp_path / 'run', data_root, 'segnet_cityscapes7-depth.py', ('depth',), repository
    )
    damage(Path(folder))
    code, printed = describe_run(folder, '--device', 'cpu')
    assert code == 1
    assert message in printed
    assert not (folder / 'record.json').exists()
