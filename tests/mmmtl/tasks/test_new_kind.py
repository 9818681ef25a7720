"""A kind of task that the package has not goes the same way, by its class and its registrations."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from mmengine.runner import CheckpointLoader
from mmseg.registry import DATASETS, METRICS, MODELS, TASK_UTILS
from PIL import Image

from mmmtl.__main__ import main
from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.deployment import DeployedNetwork, DynamicAxes, OnnxFormat, export_network
from mmmtl.evaluation import evaluate_constant_baseline
from mmmtl.evaluation.constant_baseline import best_constant
from mmmtl.visualization.sheets.colors import color_scalars
from mmmtl.visualization.sheets.painters import make_painter
from tests.utils.phase_task import MeanPhase, PhaseMetric, PhasePainter, PhaseTask, distance

SIZE = (32, 48)
CONFIG = """
custom_imports = dict(imports=['mmmtl'])
default_scope = 'mmseg'
tasks = dict(phase=dict(type='PhaseTask', offset=0.25))
model = dict(
    type='MultiTaskSegmentor',
    data_preprocessor=dict(
        type='MultiTaskDataPreprocessor', mean=[0, 0, 0], std=[255, 255, 255], bgr_to_rgb=True
    ),
    backbone=dict(type='SegNet', widths=(8, 8), num_convs=(2, 2)),
    decode_head=dict(phase=dict(type='VectorHead', in_channels=8, channels=8)),
)
load = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
pack = dict(type='PackMultiTaskInputs')
dataset = dict(
    type='MultiTaskDataset',
    data_root='ROOT',
    img_suffix='.png',
    data_prefix=dict(img_path='images', phase_map_path='phases'),
    partly_labelled=['phase'],
    pipeline=[*load, pack],
)
train_dataloader = dict(
    batch_size=3, sampler=dict(type='DefaultSampler', shuffle=False), dataset=dataset
)
val_dataloader = test_dataloader = train_dataloader
val_evaluator = test_evaluator = [dict(type='PhaseMetric', task='phase')]
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=0.02))
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=15, val_interval=15)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
default_hooks = dict(
    logger=dict(type='LoggerHook', interval=1),
    checkpoint=dict(type='CheckpointHook', interval=15, save_best='phase/mean', rule='less'),
)
custom_hooks = [dict(type='LossWeightingHook'), dict(type='TaskCheckHook')]
log_level = 'WARNING'
experiment_name = 'new_kind'
tta_model = dict(type='MultiTaskTTAModel')
tta_pipeline = [
    load[0],
    dict(
        type='TestTimeAug',
        transforms=[[dict(type='MultiTaskRandomFlip', prob=p) for p in (0.0, 1.0)], [pack]],
    ),
]
"""


@pytest.fixture(scope='module', autouse=True)
def registered():
    """Lets configs name the kind and its metric until the end of this file."""
    registries = {PhaseTask: TASK_UTILS, PhaseMetric: METRICS}
    for component, registry in registries.items():
        registry.register_module(module=component)
    yield
    for component, registry in registries.items():
        del registry.module_dict[component.__name__]


def phase_of(number: int) -> np.ndarray:
    """Phases on both sides of 0; no mirror image is like the original."""
    columns = np.arange(SIZE[1]) / SIZE[1]
    phase = np.tile((0.85 + 0.4 * columns + number / 50) % 1, (SIZE[0], 1)).astype(np.float32)
    phase[:4] = -1
    return phase


@pytest.fixture(scope='module')
def place(tmp_path_factory) -> Path:
    """A config and three images, the last one without a label."""
    root = tmp_path_factory.mktemp('new_kind')
    for folder in ('images', 'phases'):
        (root / folder).mkdir()
    for number in range(3):
        phase = phase_of(number)
        shown = [phase, np.sin(math.tau * phase) / 2 + 0.5, np.cos(math.tau * phase) / 2 + 0.5]
        pixels = (np.stack(shown, axis=-1).clip(0, 1) * 255).astype(np.uint8)
        Image.fromarray(pixels).save(root / f'images/{number}.png')
        if number < 2:
            np.save(root / f'phases/{number}.npy', phase)
    (root / 'config.py').write_text(CONFIG.replace('ROOT', str(root)))
    return root


@pytest.fixture(scope='module')
def runner(place):
    cfg = load_config(place / 'config.py', {'randomness.seed': 0}, place / 'run')
    runner = build_runner(cfg)
    runner.train()
    return runner


@pytest.fixture(scope='module')
def checkpoint(place, runner) -> Path:
    return place / 'run' / 'epoch_15.pth'


@pytest.fixture(scope='module')
def inferencer(place, checkpoint):
    return MultiTaskInferencer(place / 'config.py', checkpoint, show_progress=False)


@pytest.fixture(scope='module')
def image(place):
    return np.ascontiguousarray(np.asarray(Image.open(place / 'images/0.png'))[..., ::-1])


@pytest.fixture(scope='module')
def prediction(inferencer, image):
    return inferencer(image)['phase']


def load(place, *steps, number=0):
    dataset = load_config(place / 'config.py').train_dataloader.dataset
    dataset.pipeline = [*dataset.pipeline[:2], *steps, dataset.pipeline[-1]]
    return DATASETS.build(dataset)[number]['data_samples'].gt_phase.data[0].numpy()


def test_labels_are_read_and_may_be_missing(place):
    np.testing.assert_array_equal(load(place), phase_of(0))
    assert (load(place, number=2) == -1).all()


def test_transforms_ask_the_kind(place):
    found = load(place, dict(type='MultiTaskRandomFlip', prob=1.0))
    mirrored = phase_of(0)[:, ::-1]
    np.testing.assert_array_equal(found[:4], -1)
    np.testing.assert_allclose(found[4:], (1 - mirrored[4:]) % 1, atol=1e-6)
    padded = load(place, dict(type='MultiTaskRandomRotate', prob=1.0, degree=(45, 45)))
    assert padded[0, 0] == -1


def test_it_learns_across_the_end_of_the_circle(runner):
    log = runner.message_hub.log_scalars['train/phase/raw'].data[0]
    assert log[-1] < log[0] / 2
    # A network of plain numbers would be right on one side of 0 alone, or half a turn off between.
    assert runner.test()['phase/mean'] < 0.1


def test_metrics_and_baseline_are_those_of_the_kind(place, runner, inferencer):
    images = [str(place / f'images/{number}.png') for number in (0, 1)]
    labels = [phase_of(number)[4:] for number in (0, 1)]
    predicted = [maps['phase'][4:] for maps in inferencer(images)]
    expected = np.mean([distance(p, y) for p, y in zip(predicted, labels, strict=True)])
    assert runner.test()['phase/mean'] == pytest.approx(expected, rel=1e-3)

    cfg = load_config(place / 'config.py')
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    found = evaluate_constant_baseline(dataset, dataset, cfg.val_evaluator)['phase/mean']
    middle = np.angle(np.mean(np.exp(1j * math.tau * np.stack(labels).astype(np.float64))))
    best = np.mean([distance(middle / math.tau % 1, label) for label in labels])
    assert found == pytest.approx(best, rel=1e-3)
    assert found < 0.15  # the mean of the plain numbers is half a turn off


def test_pictures_and_files_are_those_of_the_kind(place, checkpoint, prediction, monkeypatch):
    out = place / 'predictions'
    argv = ['mmmtl', 'predict', place / 'config.py', checkpoint, place / 'images', '--out', out]
    monkeypatch.setattr(sys, 'argv', [*map(str, argv), '--save', 'pictures', 'depth', 'npy'])
    assert main() == 0
    np.testing.assert_allclose(np.load(out / 'phase/0.npy'), prediction, atol=1e-5)
    steps = np.asarray(Image.open(out / 'phase/0.png')) / 256
    assert distance(steps, prediction).max() < 1 / 250
    painted = np.asarray(Image.open(out / 'pictures_phase/0.png')).astype(int)
    expected = color_scalars(prediction, (0.0, 1.0), colormap='hsv').astype(int)
    assert np.abs(painted - expected).max() <= 8
    assert Image.open(out / 'pictures/0.png').width > 2 * SIZE[1]


def test_views_are_averaged_on_the_circle(place, checkpoint, inferencer, image, prediction):
    augmented = MultiTaskInferencer(place / 'config.py', checkpoint, tta=True, show_progress=False)
    found = augmented(image)['phase']
    other = -inferencer(np.ascontiguousarray(image[:, ::-1]))['phase'][:, ::-1] % 1
    apart = distance(prediction, other)
    assert apart.max() > 0.01
    # The mean of two vectors lies between them, wherever the two phases are.
    assert (distance(found, prediction) <= apart + 1e-5).all()
    assert (distance(found, other) <= apart + 1e-5).all()


def test_onnx_has_the_network_s_two_channels(inferencer, image, prediction):
    network = DeployedNetwork(inferencer.segmentor)
    exported = export_network(network, OnnxFormat(), SIZE, inferencer.metainfo, DynamicAxes.NONE)
    session = OnnxFormat().load(exported.content)._session
    (output,) = session.run(None, {'image': np.ascontiguousarray(image[None, ..., ::-1])})
    assert output.shape == (1, 2, *SIZE)
    phase = np.arctan2(output[0, 1], output[0, 0]) / math.tau % 1
    assert distance(phase, prediction).max() < 1e-3
    said = json.loads(session.get_modelmeta().custom_metadata_map['tasks'])
    assert said == {'phase': {'quantity': 'phase'}}


def test_a_checkpoint_holds_the_definition(tmp_path, checkpoint, image, prediction):
    meta = CheckpointLoader.load_checkpoint(str(checkpoint))['meta']['dataset_meta']
    assert meta['tasks'] == {'phase': {'type': 'PhaseTask', 'offset': 0.25}}
    path = tmp_path / 'config.py'
    path.write_text(CONFIG.replace('ROOT', str(tmp_path / 'nowhere')))
    alone = MultiTaskInferencer(path, checkpoint, show_progress=False)
    np.testing.assert_allclose(alone(image)['phase'], prediction, atol=1e-6)
    assert alone.tasks['phase'] == PhaseTask(name='phase', offset=0.25)


def test_a_kind_inherits_registrations():
    @dataclass(frozen=True, kw_only=True)
    class SlowPhase(PhaseTask):
        """A kind of the kind."""

    assert isinstance(make_painter(SlowPhase(name='phase'), [], []), PhasePainter)
    assert isinstance(best_constant(SlowPhase(name='phase')), MeanPhase)


def test_an_unknown_kind_is_an_error_that_lists_the_known_ones(place):
    model = load_config(place / 'config.py', {'tasks.phase.type': 'NoKind'}).model
    with pytest.raises(ValueError, match=r'tasks\.phase\.type: expected one of .*PhaseTask'):
        MODELS.build(model)
