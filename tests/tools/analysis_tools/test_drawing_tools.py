"""The tools of tools/analysis_tools that draw pictures, on tiny data and networks."""

import sys

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.visualization import LocalVisBackend
from mmseg.registry import DATASETS, MODELS
from PIL import Image

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


@pytest.fixture(scope='module')
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


def test_browse_dataset(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_panels')
    code, printed = tool(
        'browse_dataset', experiment[0], '--out', tmp_path, '--num', 2, '--views', 8
    )
    assert code == 0, printed
    assert '2 of 4 samples' in printed
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        '000000_town_000000_000000_leftImg8bit.png',
        '000003_town_000000_000003_leftImg8bit.png',
    ]
    rows, metainfo, _ = calls[0][0]
    assert metainfo['depth_unit'] == 'mtan'
    assert [row.title for row in rows] == [f'view {number}' for number in range(1, 9)]
    flips = [np.array_equal(row.image, rows[0].image[:, ::-1]) for row in rows]
    assert 0 < sum(flips) < 8  # augmentations differ
    for row, flipped in zip(rows, flips, strict=True):  # and labels move along
        for name in ('seg', 'depth'):
            first = rows[0].labels[name]
            assert torch.equal(row.labels[name], first.flip(-1) if flipped else first)
    image = cv2.imread(image_path(experiment, 'train'))
    assert any(np.array_equal(row.image, image[..., ::-1]) for row in rows)


def image_path(experiment, split):
    root = Config.fromfile(experiment[0]).data_root
    return f'{root}/leftImg8bit/{split}/town/town_000000_000000_leftImg8bit.png'


def test_browse_dataset_of_another_phase(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_panels')
    code, _ = tool('browse_dataset', experiment[0], '--out', tmp_path, '--phase', 'test')
    assert code == 0
    assert len(calls) == 3
    assert [len(args[0]) for args, _ in calls] == [1, 1, 1]


def test_draw_attention(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_mask_sheet')
    image = image_path(experiment, 'val')
    options = ('--out', tmp_path, '--blocks', 'decoder 5', 'encoder 1', '--channels', 2, 5)
    code, printed = tool('draw_attention', *experiment, image, '--device', 'cpu', *options)
    assert code == 0, printed
    (args, kwargs) = calls[0]
    rgb, masks, path = args
    assert np.array_equal(rgb, cv2.imread(image)[..., ::-1])
    assert {task: list(own) for task, own in masks.items()} == dict(
        seg=['decoder 5', 'encoder 1'], depth=['decoder 5', 'encoder 1']
    )
    assert masks['seg']['encoder 1'].shape == (8, *SIZE)
    assert not torch.equal(masks['seg']['encoder 1'], masks['depth']['encoder 1'])
    assert kwargs['channels'] == [2, 5]
    assert path == tmp_path / 'town_000000_000000_leftImg8bit.png'
    assert path.is_file()


def test_draw_predictions(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_comparison')
    model = ':'.join(map(str, experiment))
    options = ('--indices', 2, 0, '--errors', '--device', 'cpu', '--out', tmp_path / 'sheet.png')
    code, printed = tool('draw_predictions', f'A={model}', f'B={model}', *options)
    assert code == 0, printed
    rows, metainfo, path, errors, _ = calls[0][0]
    assert path.is_file()
    assert errors
    assert metainfo['depth_unit'] == 'mtan'
    dataset = DATASETS.build(Config.fromfile(experiment[0]).test_dataloader.dataset)
    for row, index in zip(rows, (2, 0), strict=True):
        item = dataset[index]
        assert np.array_equal(row.image, item['inputs'].numpy()[::-1].transpose(1, 2, 0))
        assert torch.equal(row.labels['seg'], item['data_samples'].gt_sem_seg.data)
        assert {name: list(maps) for name, maps in row.predictions.items()} == dict(
            A=['seg', 'depth'], B=['seg', 'depth']
        )
        assert row.predictions['A']['depth'].shape == (1, *SIZE)


def test_draw_predictions_of_image_files(experiment, tool, drawn, tmp_path):
    calls = drawn('draw_comparison')
    image = image_path(experiment, 'val')
    options = ('--images', image, '--device', 'cpu', '--out', tmp_path / 'sheet.png')
    code, printed = tool('draw_predictions', f'A={experiment[0]}:{experiment[1]}', *options)
    assert code == 0, printed
    (row,) = calls[0][0][0]
    assert np.array_equal(row.image, cv2.imread(image)[..., ::-1])
    assert row.labels == {}


@pytest.mark.parametrize(
    ('models', 'message'),
    [
        (['{}'], 'models: expected NAME=CONFIG:CHECKPOINT, found'),
        (['A={0}:{1}', 'A={0}:{1}'], "one model for each task of 'A', found several"),
    ],
)
def test_draw_predictions_of_wrong_models(experiment, tool, models, message):
    texts = [model.format(*experiment) for model in models]
    code, printed = tool('draw_predictions', *texts, '--device', 'cpu')
    assert code == 1
    assert message in printed


def test_draw_predictions_of_a_sample_that_is_not_there(experiment, tool):
    model = f'A={experiment[0]}:{experiment[1]}'
    code, printed = tool('draw_predictions', model, '--indices', 7, '--device', 'cpu')
    assert code == 1
    assert '--indices: expected 0 to 2, found [7]' in printed


def log_run(work_dir, loss):
    backend = LocalVisBackend(str(work_dir / '20250101_000000' / 'vis_data'))
    for epoch in (1, 2):
        entry = {'loss': loss, 'seg/loss': loss / epoch, 'epoch': epoch, 'iter': epoch}
        backend.add_scalars(entry, step=epoch)
        backend.add_scalars({'seg/mIoU': 10.0 * epoch}, step=epoch)
    return work_dir


def test_draw_curves(tool, tmp_path):
    runs = [log_run(tmp_path / name, loss) for name, loss in (('a', 1.0), ('b', 2.0))]
    out = tmp_path / 'curves.svg'
    options = ('--names', 'first', 'second', '--keys', 'seg/loss', 'seg/mIoU', '--out', out)
    code, printed = tool('draw_curves', *runs, *options)
    assert code == 0, printed
    titles = [line.strip() for line in out.read_text().splitlines() if line.startswith('    <!--')]
    assert '<!-- seg/loss, training -->' in titles
    assert '<!-- loss, training -->' not in titles
    assert {'<!-- first -->', '<!-- second -->'} <= set(titles)

    code, printed = tool('draw_curves', *runs, '--keys', 'depth/loss')
    assert code == 1
    assert (
        "keys: expected some of ['loss', 'seg/loss', 'seg/mIoU'], found ['depth/loss']" in printed
    )


def test_draw_class_gain(experiment, tool, monkeypatch, tmp_path):
    dataset = DATASETS.build(Config.fromfile(experiment[0]).test_dataloader.dataset)
    labels = [dataset[index]['data_samples'].gt_sem_seg.data[0].numpy() for index in range(3)]
    for name, predict in (('bad', np.zeros_like), ('good', lambda ids: np.minimum(ids, 6))):
        (tmp_path / name).mkdir()
        for index, ids in enumerate(labels):
            path = tmp_path / name / f'town_000000_{index:06d}_leftImg8bit.png'
            Image.fromarray(predict(ids).astype(np.uint8)).save(path)
    given = []
    monkeypatch.setattr(
        'mmmtl.visualization.plots.class_gain.draw_class_gain', lambda *args: given.append(args)
    )
    names = (f'all flat={tmp_path / "bad"}', f'perfect={tmp_path / "good"}')
    code, printed = tool('draw_class_gain', experiment[0], *names, '--out', tmp_path / 'gain.png')
    assert code == 0, printed
    baseline, models, classes, path, baseline_name = given[0]
    assert baseline_name == 'all flat'
    assert list(models) == ['perfect']
    assert classes[0] == 'flat'
    known = np.concatenate([ids[ids != 255] for ids in labels])
    share = 100 * np.bincount(known, minlength=7) / known.size
    np.testing.assert_allclose(baseline.share, share)
    np.testing.assert_allclose(baseline.iou, [share[0]] + [0] * 6)
    np.testing.assert_allclose(models['perfect'].iou, 100)
    assert path == tmp_path / 'gain.png'


def test_draw_class_gain_without_predictions(experiment, tool, tmp_path):
    code, printed = tool('draw_class_gain', experiment[0], f'a={tmp_path}', f'b={tmp_path}')
    assert code == 1
    assert 'leftImg8bit.png: no prediction for ' in printed
