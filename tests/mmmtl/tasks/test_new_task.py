"""Definitions in a config alone make five tasks work everywhere, no file of the package touched."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.runner import CheckpointLoader
from mmseg.registry import DATASETS, MODELS
from PIL import Image

from mmmtl.__main__ import main
from mmmtl.apis import MultiTaskInferencer, to_multi_task
from mmmtl.apis.depth_png import read_depth_png
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.deployment import DeployedNetwork, DynamicAxes, OnnxFormat, export_network
from mmmtl.evaluation import evaluate_constant_baseline

SIZE = (32, 48)
TASKS = ('parts', 'edge', 'albedo', 'flow', 'height')
WEIGHTINGS = ('UncertaintyWeighting', 'DynamicWeightAverage')
PALETTE = [(10, 20, 30), (200, 0, 0), (0, 0, 200)]
CONFIG = f"""
custom_imports = dict(imports=['mmmtl'])
default_scope = 'mmseg'
tasks = dict(
    parts=dict(type='ClassTask', classes=('ground', 'left', 'right'), palette={PALETTE}),
    edge=dict(type='BinaryTask', reader=dict(type='MaskReader', one=255, ignore=128)),
    albedo=dict(type='VectorTask', channels=3),
    flow=dict(type='VectorTask', channels=2, along_image=True, unit='px'),
    height=dict(type='ScalarTask', unit='m'),
)
widths = (8, 8)
head = dict(in_channels=8, channels=8)
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True
    ),
    backbone=dict(type='SegNet', widths=widths, num_convs=(2, 2), return_blocks=True),
    neck=dict(type='MTANNeck', widths=widths),
    decode_head=dict(
        parts=dict(type='FCNHead', num_convs=1, dropout_ratio=0, **head),
        edge=dict(type='BinaryHead', **head),
        albedo=dict(type='VectorHead', **head),
        flow=dict(type='VectorHead', **head),
        height=dict(type='DepthHead', **head),
    ),
    loss_weighting=dict(type='UncertaintyWeighting'),
)
load = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
pack = dict(type='PackMultiTaskInputs')


def loader(split, *steps):
    folders = {{f'{{task}}_map_path': f'{{task}}/{{split}}' for task in {TASKS}}}
    return dict(
        batch_size=2,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dict(
            type='MultiTaskDataset',
            data_root='ROOT',
            img_suffix='.png',
            label_suffix=dict(albedo='.png'),
            data_prefix=dict(img_path=f'images/{{split}}', **folders),
            partly_labelled=['albedo'],
            pipeline=[*load, *steps, pack],
        ),
    )


train_dataloader = loader('train', dict(type='MultiTaskRandomFlip', prob=0.5))
val_dataloader = test_dataloader = loader('val')
val_evaluator = test_evaluator = [
    dict(type='TaskIoUMetric', task='parts'),
    dict(type='BinaryMetric', task='edge'),
    dict(type='VectorErrorMetric', task='albedo'),
    dict(type='VectorErrorMetric', task='flow'),
    dict(type='DepthErrorMetric', task='height'),
]
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.01))
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=6, val_interval=6)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=1),
    checkpoint=dict(type='CheckpointHook', interval=6, save_best='parts/mIoU'),
)
custom_hooks = [dict(type='LossWeightingHook'), dict(type='TaskCheckHook')]
log_level = 'WARNING'
tta_model = dict(type='MultiTaskTTAModel')
tta_pipeline = [
    load[0],
    dict(
        type='TestTimeAug',
        transforms=[[dict(type='MultiTaskRandomFlip', prob=p) for p in (0.0, 1.0)], [pack]],
    ),
]
"""


def labels_of(number: int) -> dict[str, np.ndarray]:
    """The labels of an image, no two tasks alike and no mirror image like the original."""
    rng = np.random.default_rng(number)
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]]
    parts = np.where(columns < 20, 1, np.where(columns > 35, 2, 0)).astype(np.uint8)
    parts[:3] = 255
    edge = np.where(rows == 10 + number, 255, 0).astype(np.uint8)
    edge[:, :2] = 128
    albedo = np.stack([columns * 5, rows * 7, np.full(SIZE, 40 * number)], axis=-1)
    flow = np.stack([columns / 10 - 1, np.full(SIZE, number + 0.5)], axis=-1)
    flow[-1] = np.nan
    height = rows / 10 - columns / 20
    height[:, -3:] = np.nan
    noise = rng.integers(0, 9, (*SIZE, 3))
    image = np.stack([parts % 255 * 90, edge, rows * 7], axis=-1) + noise
    return dict(
        images=image.clip(0, 255).astype(np.uint8),
        parts=parts,
        edge=edge,
        albedo=albedo.astype(np.uint8),
        flow=flow.astype(np.float32),
        height=height.astype(np.float32),
    )


@pytest.fixture(scope='module')
def place(tmp_path_factory) -> Path:
    """A config, four images to train on, of which one lacks the albedo, and two to evaluate."""
    root = tmp_path_factory.mktemp('new_task')
    for number in range(6):
        for folder, values in labels_of(number).items():
            path = root / folder / ('train' if number < 4 else 'val') / str(number)
            path.parent.mkdir(parents=True, exist_ok=True)
            if folder in ('flow', 'height'):
                np.save(path.with_suffix('.npy'), values)
            elif (folder, number) != ('albedo', 1):
                Image.fromarray(values).save(path.with_suffix('.png'))
    (root / 'config.py').write_text(CONFIG.replace('ROOT', str(root)))
    return root


@pytest.fixture(scope='module')
def trained(place):
    """The runner of a finished training for each weighting."""
    runners = {}
    for name in WEIGHTINGS:
        torch.manual_seed(0)
        options = {'model.loss_weighting.type': name, 'experiment_name': f'new_task_{name}'}
        cfg = load_config(place / 'config.py', options, place / name)
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
def checkpoint(place, runner) -> Path:
    return place / WEIGHTINGS[0] / 'epoch_6.pth'


@pytest.fixture(scope='module')
def inferencer(place, checkpoint):
    return MultiTaskInferencer(place / 'config.py', checkpoint, show_progress=False)


@pytest.fixture(scope='module')
def image(place):
    rgb = np.asarray(Image.open(place / 'images/val/4.png'))
    return np.ascontiguousarray(rgb[..., ::-1])


@pytest.fixture(scope='module')
def prediction(inferencer, image):
    return inferencer(image)


def load(place, *steps, number=0, split='train'):
    """A sample's labels as arrays with their channels last."""
    dataset = load_config(place / 'config.py')[f'{split}_dataloader'].dataset
    dataset.pipeline = [*dataset.pipeline[:2], *steps, dataset.pipeline[-1]]
    sample = DATASETS.build(dataset)[number]['data_samples']
    return {
        task: np.moveaxis(sample.get(f'gt_{task}').data.numpy(), 0, -1).squeeze() for task in TASKS
    }


def test_labels_are_what_the_files_say(place):
    written, found = labels_of(2), load(place, number=2)
    assert found['parts'].dtype == np.int64
    np.testing.assert_array_equal(found['parts'], written['parts'])
    edge = np.where(written['edge'] == 128, 255, written['edge'] / 255)
    np.testing.assert_array_equal(found['edge'], edge)
    np.testing.assert_allclose(found['albedo'], written['albedo'] / 255, rtol=1e-6)
    for task in ('flow', 'height'):
        np.testing.assert_array_equal(found[task], written[task])


def test_an_image_without_a_file_has_no_valid_pixel(place):
    found = load(place, number=1)
    assert np.isnan(found['albedo']).all()
    assert np.isfinite(found['flow'][:-1]).all()


def test_a_flip_moves_pixels_and_turns_the_flow(place):
    plain = load(place)
    found = load(place, dict(type='MultiTaskRandomFlip', prob=1.0))
    for task in TASKS:
        expected = plain[task][:, ::-1]
        if task == 'flow':
            expected = expected * (-1, 1)
        np.testing.assert_array_equal(found[task], expected)


def test_a_zoom_multiplies_the_flow_alone(place):
    plain = load(place)
    found = load(place, dict(type='RandomScaleCrop', scales=[2.0]))
    assert np.nanmax(found['flow'][..., 1]) == 2 * plain['flow'][0, 0, 1]
    for task in ('parts', 'edge', 'albedo', 'height'):
        values = np.unique(found[task][np.isfinite(found[task])])
        assert np.isin(values, plain[task]).all(), task


def test_a_roll_turns_the_flow_and_fills_with_no_label(place):
    plain = load(place)
    found = load(place, dict(type='MultiTaskRandomRotate', prob=1.0, degree=(90, 90)))
    middle = SIZE[0] // 2, SIZE[1] // 2
    x, y = found['flow'][middle]
    # A quarter turn clockwise takes right to down and down to left: (x, y) becomes (-y, x).
    assert x == pytest.approx(-plain['flow'][0, 0, 1], abs=1e-5)
    assert np.nanmin(np.abs(plain['flow'][..., 0] - y)) < 1e-5
    assert found['parts'][0, 0] == 255
    assert found['edge'][0, 0] == 255
    assert all(np.isnan(found[task][0, 0]).all() for task in ('albedo', 'flow', 'height'))


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


def test_metrics_are_those_of_the_predictions(place, runner, inferencer):
    metrics = runner.test()
    images = [str(place / f'images/val/{number}.png') for number in (4, 5)]
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


def test_the_baseline_is_that_of_the_best_constants(place):
    cfg = load_config(place / 'config.py')
    datasets = [DATASETS.build(cfg[f'{split}_dataloader'].dataset) for split in ('train', 'val')]
    datasets[0].pipeline.transforms.pop(2)
    found = evaluate_constant_baseline(*datasets, cfg.val_evaluator)
    train, val = [labels_of(n) for n in range(4)], [labels_of(n) for n in (4, 5)]
    known = [label['parts'][label['parts'] != 255] for label in val]
    assert found['parts/aAcc'] == pytest.approx(100 * np.mean(np.stack(known) == 1), abs=0.01)
    albedo = np.stack([train[n]['albedo'] for n in (0, 2, 3)]) / 255
    error = np.stack([x['albedo'] / 255 for x in val]) - albedo.mean(axis=(0, 1, 2))
    assert found['albedo/rmse'] == pytest.approx(np.sqrt(np.square(error).mean()), rel=1e-4)
    flow = np.nanmean(np.stack([x['flow'] for x in train]), axis=(0, 1, 2))
    length = [np.linalg.norm(x['flow'] - flow, axis=-1) for x in val]
    assert found['flow/epe'] == pytest.approx(np.nanmean(length), rel=1e-4)
    height = np.nanmedian(np.stack([x['height'] for x in train]))
    error = [np.abs(x['height'] - height) for x in val]
    assert found['height/abs_err'] == pytest.approx(np.nanmean(error), rel=1e-2)
    share = np.mean([x['edge'][:, 2:] == 255 for x in train])
    off = np.mean([np.abs(x['edge'][:, 2:] / 255 - share) for x in val])
    assert found['edge/MAE'] == pytest.approx(off, rel=1e-4)


@pytest.fixture(scope='module')
def files(place, checkpoint):
    """The folder that ``python -m mmmtl predict`` wrote."""
    out = place / 'predictions'
    argv = ['mmmtl', 'predict', place / 'config.py', checkpoint, place / 'images/val']
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


def test_views_are_turned_back_before_they_are_averaged(place, checkpoint, inferencer, image):
    augmented = MultiTaskInferencer(place / 'config.py', checkpoint, tta=True, show_progress=False)
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


def test_windows_are_averaged(place, checkpoint, inferencer, image):
    test_cfg = dict(mode='slide', crop_size=(32, 32), stride=(32, 16))
    options = {'model.test_cfg': test_cfg}
    sliding = MultiTaskInferencer(
        place / 'config.py', checkpoint, cfg_options=options, show_progress=False
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


def test_two_configs_may_define_one_name_differently(place, runner):
    options = {'tasks.parts.classes': ['ground', 'object'], 'tasks.parts.palette': None}
    other = MODELS.build(load_config(place / 'config.py', options).model)
    assert other.decode_head.parts.num_classes == 2
    assert runner.model.decode_head.parts.num_classes == 3
    assert runner.model.tasks['parts'].classes == ('ground', 'left', 'right')


def test_a_config_of_mmseg_gets_the_tasks(place):
    given = load_config(place / 'config.py')
    norm = dict(type='BN')
    single = Config(
        dict(
            default_scope='mmseg',
            model=dict(
                type='EncoderDecoder',
                backbone=dict(type='ResNetV1c', depth=18, norm_cfg=norm),
                decode_head=dict(
                    type='FCNHead', in_channels=512, channels=8, num_classes=3, norm_cfg=norm
                ),
            ),
        )
    )
    cfg = to_multi_task(single, given.tasks)
    model = MODELS.build(cfg.model)
    with torch.no_grad():
        outputs = model.eval()(torch.rand(1, 3, *SIZE))
    channels = {name: output.shape[1] for name, output in outputs.items()}
    assert channels == dict(parts=3, edge=1, albedo=3, flow=2, height=1)
    kinds = {name: type(head).__name__ for name, head in model.decode_head.items()}
    assert kinds['parts'] == 'FCNHead'
    assert kinds['edge'] == 'BinaryHead'
    assert kinds['flow'] == 'VectorHead'
