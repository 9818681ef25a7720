"""Definitions in a config alone make five tasks work everywhere, no file of the package touched.

One training for each weighting, and everything that comes after it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.runner import CheckpointLoader
from mmseg.registry import MODELS
from PIL import Image

from mmmtl.__main__ import main
from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.depth_png import read_depth_png
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.deployment import DeployedNetwork, DynamicAxes, OnnxFormat, export_network
from tests.utils.five_tasks import CONFIG, PALETTE, SIZE, TASKS, labels_of

WEIGHTINGS = ('UncertaintyWeighting', 'DynamicWeightAverage')


@pytest.fixture(scope='module')
def trained(five_tasks):
    """The runner of a finished training for each weighting."""
    runners = {}
    for name in WEIGHTINGS:
        options = {
            'model.loss_weighting.type': name,
            'experiment_name': f'new_task_{name}',
            'randomness.seed': 0,
        }
        cfg = load_config(five_tasks / 'config.py', options, five_tasks / name)
        runners[name] = build_runner(cfg)
        runners[name].before = {
            key: value.clone() for key, value in runners[name].model.state_dict().items()
        }
        runners[name].train()
    return runners


@pytest.fixture(scope='module')
def runner(trained):
    return trained[WEIGHTINGS[0]]


@pytest.fixture(scope='module')
def checkpoint(five_tasks, runner) -> Path:
    return five_tasks / WEIGHTINGS[0] / 'epoch_6.pth'


@pytest.fixture(scope='module')
def inferencer(five_tasks, checkpoint):
    return MultiTaskInferencer(five_tasks / 'config.py', checkpoint, show_progress=False)


@pytest.fixture(scope='module')
def image(five_tasks):
    rgb = np.asarray(Image.open(five_tasks / 'images/val/4.png'))
    return np.ascontiguousarray(rgb[..., ::-1])


@pytest.fixture(scope='module')
def prediction(inferencer, image):
    return inferencer(image)


@pytest.mark.parametrize('weighting', WEIGHTINGS)
def test_every_head_learns_and_every_loss_has_its_weight(trained, weighting):
    runner = trained[weighting]
    scalars = {key: log.data[0] for key, log in runner.message_hub.log_scalars.items()}
    weights = [scalars[f'train/{task}/weight'] for task in TASKS]
    assert len({tuple(weight) for weight in weights}) > 1
    for task in TASKS:
        raw = scalars[f'train/{task}/raw']
        assert raw[-2:].mean() < raw[:2].mean(), task
        np.testing.assert_allclose(
            scalars[f'train/{task}/loss'], raw * scalars[f'train/{task}/weight'], rtol=1e-4
        )
    after = runner.model.state_dict()
    moved = {k for k, v in runner.before.items() if not torch.equal(v, after[k])}
    for task in TASKS:
        assert f'decode_head.{task}.conv_seg.weight' in moved
        assert [key for key in moved if key.startswith(f'neck.attention.{task}.')]


def test_heads_are_told_what_tasks_say(runner):
    heads = runner.model.decode_head
    channels = {name: heads[name].conv_seg.out_channels for name in TASKS}
    assert channels == dict(parts=3, edge=1, albedo=3, flow=2, height=1)


def test_metrics_are_those_of_the_predictions(five_tasks, runner, inferencer):
    metrics = runner.test()
    images = [str(five_tasks / f'images/val/{number}.png') for number in (4, 5)]
    pairs = [(p, labels_of(n)) for n, p in zip((4, 5), inferencer(images), strict=True)]

    def errors(task, scale=1):
        found = [(p[task] - label[task] / scale).astype(np.float64) for p, label in pairs]
        return np.stack(found)

    right = [(p['parts'] == x['parts'])[x['parts'] != 255] for p, x in pairs]
    assert metrics['parts/aAcc'] == pytest.approx(100 * np.mean(right), abs=0.01)
    off = [np.abs(p['edge'] - x['edge'] / 255)[x['edge'] != 128] for p, x in pairs]
    assert metrics['edge/MAE'] == pytest.approx(np.mean(off), rel=1e-4)
    squared = np.square(errors('albedo', scale=255))
    assert metrics['albedo/rmse'] == pytest.approx(np.sqrt(squared.mean()), rel=1e-4)
    length = np.linalg.norm(errors('flow'), axis=-1)
    assert metrics['flow/epe'] == pytest.approx(np.nanmean(length), rel=1e-4)
    assert metrics['height/abs_err'] == pytest.approx(np.nanmean(abs(errors('height'))), rel=1e-4)


@pytest.fixture(scope='module')
def files(five_tasks, checkpoint):
    """The folder that ``python -m mmmtl predict`` wrote."""
    out = five_tasks / 'predictions'
    argv = ['mmmtl', 'predict', five_tasks / 'config.py', checkpoint, five_tasks / 'images/val']
    argv += ['--out', out, '--save', 'pictures', 'ids', 'depth', 'npy']
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, 'argv', [str(word) for word in argv])
        assert main() == 0
    return out


def test_files_hold_the_predictions(files, prediction):
    for task in TASKS:
        np.testing.assert_allclose(np.load(files / f'{task}/4.npy'), prediction[task], atol=1e-5)
    ids = np.asarray(Image.open(files / 'parts/4.png'))
    np.testing.assert_array_equal(ids, prediction['parts'])
    grey = np.asarray(Image.open(files / 'edge/4.png')) / 255
    np.testing.assert_allclose(grey, prediction['edge'], atol=0.5 / 255 + 1e-5)
    height, unit = read_depth_png(files / 'height/4.png')
    np.testing.assert_allclose(height, prediction['height'], atol=1e-3)
    assert unit == 'm'


def test_pictures_have_the_colours_of_each_kind(files, prediction):
    parts, edge = (np.asarray(Image.open(files / f'pictures_{t}/4.png')) for t in TASKS[:2])
    np.testing.assert_array_equal(parts, np.array(PALETTE)[prediction['parts']])
    np.testing.assert_allclose(edge[..., 0], prediction['edge'] * 255, atol=2)
    assert (edge[..., 0] == edge[..., 2]).all()
    shapes = {task: Image.open(files / f'pictures_{task}/4.png').size for task in TASKS}
    assert set(shapes.values()) == {SIZE[::-1]}
    height = np.asarray(Image.open(files / 'pictures_height/4.png')).sum(axis=-1)
    order = np.argsort(prediction['height'], axis=None)
    assert height.flat[order[-1]] > height.flat[order[0]]  # large is bright
    assert Image.open(files / 'pictures/4.png').width > len(TASKS) * 100


def test_views_are_turned_back_before_they_are_averaged(five_tasks, checkpoint, inferencer, image):
    augmented = MultiTaskInferencer(
        five_tasks / 'config.py', checkpoint, tta=True, show_progress=False
    )
    found = augmented(image)
    views = [inferencer(image), inferencer(np.ascontiguousarray(image[:, ::-1]))]
    mirrored = {task: values[:, ::-1] for task, values in views[1].items()}
    mirrored['flow'] = mirrored['flow'] * (-1, 1)
    for task in TASKS[1:]:
        expected = (views[0][task] + mirrored[task]) / 2
        np.testing.assert_allclose(found[task], expected, atol=1e-5, err_msg=task)
    assert abs(views[0]['flow'] - mirrored['flow']).max() > 1e-3
    agree = views[0]['parts'] == mirrored['parts']
    np.testing.assert_array_equal(found['parts'][agree], views[0]['parts'][agree])


def test_windows_are_averaged(five_tasks, checkpoint, inferencer, image):
    test_cfg = dict(mode='slide', crop_size=(32, 32), stride=(32, 16))
    options = {'model.test_cfg': test_cfg}
    sliding = MultiTaskInferencer(
        five_tasks / 'config.py', checkpoint, cfg_options=options, show_progress=False
    )
    found = sliding(image)
    left, right = (inferencer(np.ascontiguousarray(image[:, x : x + 32])) for x in (0, 16))
    for task in ('albedo', 'flow', 'height'):
        middle = (left[task][:, 16:] + right[task][:, :16]) / 2
        expected = np.concatenate([left[task][:, :16], middle, right[task][:, 16:]], axis=1)
        np.testing.assert_allclose(found[task], expected, atol=1e-5, err_msg=task)
    logits = [np.log(p / (1 - p)) for p in (left['edge'][:, 16:], right['edge'][:, :16])]
    expected = 1 / (1 + np.exp(-np.mean(logits, axis=0)))
    np.testing.assert_allclose(found['edge'][:, 16:32], expected, atol=1e-4)


def test_onnx_says_what_its_outputs_are(inferencer, image, prediction):
    network = DeployedNetwork(inferencer.segmentor)
    exported = export_network(network, OnnxFormat(), SIZE, inferencer.metainfo, DynamicAxes.NONE)
    session = OnnxFormat().load(exported.content)._session
    outputs = session.run(None, {'image': np.ascontiguousarray(image[None, ..., ::-1])})
    named = dict(zip([o.name for o in session.get_outputs()], outputs, strict=True))
    maps = {name: np.moveaxis(values[0], 0, -1).squeeze() for name, values in named.items()}
    np.testing.assert_array_equal(maps['parts'].argmax(-1), prediction['parts'])
    np.testing.assert_allclose(1 / (1 + np.exp(-maps['edge'])), prediction['edge'], atol=1e-4)
    for task in ('albedo', 'flow', 'height'):
        np.testing.assert_allclose(maps[task], prediction[task], atol=1e-3)
    said = json.loads(session.get_modelmeta().custom_metadata_map['tasks'])
    assert said['parts']['classes'] == ['ground', 'left', 'right']
    assert said['flow'] == dict(quantity='vector', channels=2, along_image=True, unit='px')
    assert said['height'] == dict(quantity='scalar', unit='m', label='height [m]')
    assert said['edge']['quantity'] == 'binary'


def test_a_checkpoint_holds_the_definitions_without_readers(checkpoint):
    meta = CheckpointLoader.load_checkpoint(str(checkpoint))['meta']['dataset_meta']
    assert meta['tasks'] == dict(
        parts=dict(
            type='ClassTask',
            classes=['ground', 'left', 'right'],
            palette=[list(color) for color in PALETTE],
        ),
        edge=dict(type='BinaryTask'),
        albedo=dict(type='VectorTask', channels=3),
        flow=dict(type='VectorTask', channels=2, along_image=True, unit='px'),
        height=dict(type='ScalarTask', unit='m'),
    )


def test_prediction_needs_no_data(tmp_path, checkpoint, image, prediction):
    path = tmp_path / 'config.py'
    path.write_text(CONFIG.replace('ROOT', str(tmp_path / 'nowhere')))
    alone = MultiTaskInferencer(path, checkpoint, show_progress=False)
    for task, values in alone(image).items():
        np.testing.assert_allclose(values, prediction[task], atol=1e-6)
    assert alone.tasks['parts'].palette == tuple(PALETTE)


def test_two_configs_may_define_one_name_differently(five_tasks, runner):
    options = {'tasks.parts.classes': ['ground', 'object'], 'tasks.parts.palette': None}
    other = MODELS.build(load_config(five_tasks / 'config.py', options).model)
    assert other.decode_head.parts.num_classes == 2
    assert runner.model.decode_head.parts.num_classes == 3
    assert runner.model.tasks['parts'].classes == ('ground', 'left', 'right')
