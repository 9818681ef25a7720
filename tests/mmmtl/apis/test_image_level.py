"""A network with a map and two classes of the whole image, from its data to its files."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmseg.registry import DATASETS, MODELS
from PIL import Image

from mmmtl.apis import MultiTaskInferencer
from mmmtl.apis.launch import build_runner, load_config
from mmmtl.checks import check_config
from mmmtl.commands.test import save_predictions, use_tta
from mmmtl.evaluation import evaluate_constant_baseline
from tests.utils.image_level import COLORS, SIZE, write_image_level

LOSS = dict(type='ClassProbabilityLoss')
OPTIONS = dict(device='cpu', show_progress=False)


@pytest.fixture(scope='module')
def random(tmp_path_factory):
    return write_image_level(tmp_path_factory.mktemp('image_level'))


@pytest.fixture(scope='module')
def trained(random, tmp_path_factory):
    work_dir = tmp_path_factory.mktemp('run')
    runner = build_runner(load_config(random.config, work_dir=str(work_dir)))
    runner.train()
    return work_dir


@pytest.fixture
def image(random):
    return next(iter(sorted(Path(random.config).parent.glob('images/val/green/*.png'))))


def read(path):
    return np.asarray(Image.open(path))[..., ::-1].copy()


def probabilities(random, image, name, crop=None):
    """Of one view, computed without the package's inference."""
    model = MODELS.build(load_config(random.config).model).eval()
    model.load_state_dict(torch.load(random.checkpoint)['state_dict'])
    inputs = torch.from_numpy(image[..., ::-1].copy()).permute(2, 0, 1)[None].float() / 255
    if crop is not None:
        inputs = inputs[..., crop[0], crop[1]]
    height, width = inputs.shape[2:]
    padding = (0, -width % 16, 0, -height % 16)
    inputs = torch.nn.functional.pad(inputs, padding)
    with torch.no_grad():
        logits = model.decode_head[name](model.extract_feat(inputs)[name])
    return logits.flatten()


def test_nothing_is_wrong_with_the_config(random):
    assert check_config(load_config(random.config)) == ()


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        ({'model.decode_head.color.in_channels': 9}, 'model.decode_head.color.in_channels: '),
        ({'model.decode_head.color.out_channels': 2}, 'predicts 2 per image, expected 3'),
        ({'model.decode_head.color.type': 'FCNHead'}, "'color' is of the whole image"),
        ({'model.decode_head.light.type': 'VectorHead'}, "'light' is of the whole image"),
        ({'model.decode_head.side.type': 'ImageClassHead'}, "'side' is of each pixel"),
        ({'model.tasks.light.classes': ['dark']}, 'tasks.light.classes: expected at least 2 names'),
        (
            {'model.decode_head.color.loss_decode': dict(LOSS, class_weight=[1])},
            'loss_decode.class_weight: expected 3 numbers',
        ),
        ({'default_hooks.checkpoint.save_best': 'color/top5'}, 'color/top5'),
        (
            {'model.tasks.color.classes': ['red', 'blue', 'green']},
            'classes',
        ),
    ],
)
def test_the_check_names_what_is_wrong(random, options, message):
    cfg = load_config(random.config)
    cfg.merge_from_dict(options)
    lines = check_config(cfg)
    assert any(message in line for line in lines), lines


def test_it_learns_maps_and_classes_and_beats_the_constants(trained, random):
    cfg = load_config(random.config, work_dir=str(trained))
    entries = [
        json.loads(line)
        for log in trained.glob('*/vis_data/scalars.json')
        for line in log.read_text().splitlines()
    ]
    found = next(entry for entry in entries if 'color/accuracy' in entry)
    train, val = (
        DATASETS.build({**loader.dataset, 'pipeline': cfg.test_pipeline})
        for loader in (cfg.train_dataloader, cfg.val_dataloader)
    )
    constants = evaluate_constant_baseline(train, val, cfg.val_evaluator)
    assert constants['color/accuracy'] == pytest.approx(100 / 3)
    assert constants['color/mean_accuracy'] == pytest.approx(100 / 3)
    assert constants['color/top2'] == pytest.approx(200 / 3)
    assert constants['light/accuracy'] == 50
    for name in ('color/accuracy', 'light/accuracy', 'side/mIoU'):
        assert found[name] > constants[name] + 20, found
    assert list(trained.glob('best_color_accuracy_epoch_40.pth'))
    losses = [entry['color/raw'] for entry in entries if 'color/raw' in entry]
    assert losses[-1] < 0.8 * losses[0]


def test_a_prediction_is_a_probability_a_class(random, image):
    inferencer = MultiTaskInferencer(*random, **OPTIONS)
    result = inferencer(str(image))
    assert result['side'].shape == SIZE
    for name, count in (('color', 3), ('light', 2)):
        assert (result[name].shape, result[name].dtype) == ((1, 1, count), np.float32)
        expected = probabilities(random, read(image), name).softmax(dim=0)
        np.testing.assert_allclose(result[name].ravel(), expected, atol=1e-5)
    assert inferencer.tasks['color'].classes == COLORS


def test_images_of_no_data_set_are_predicted_by_all_tasks(random, image):
    whole, asked = (
        MultiTaskInferencer(*random, **OPTIONS, cfg_options=options)(str(image))
        for options in ({}, {'model.only_asked': True})
    )
    assert list(asked) == list(whole) == ['side', 'color', 'light']
    for name, expected in whole.items():
        np.testing.assert_array_equal(asked[name], expected)


def test_windows_are_averaged_by_their_logits(random, image):
    options = {'model.test_cfg': dict(mode='slide', crop_size=(16, 16), stride=(16, 8))}
    options['model.data_preprocessor.test_cfg'] = dict(size_divisor=1)
    result = MultiTaskInferencer(*random, **OPTIONS, cfg_options=options)(str(image))
    windows = [
        probabilities(random, read(image), 'color', crop=(slice(y, y + 16), slice(x, x + 16)))
        for y in (0, 8)
        for x in (0, 8, 16)
    ]
    expected = torch.stack(windows).mean(dim=0).softmax(dim=0)
    np.testing.assert_allclose(result['color'].ravel(), expected, atol=1e-5)
    assert result['side'].shape == SIZE


def test_views_are_averaged_by_their_probabilities(random, image):
    result = MultiTaskInferencer(*random, **OPTIONS, tta=True)(str(image))
    pixels = read(image)
    larger = cv2.resize(pixels, None, fx=1.5, fy=1.5, interpolation=cv2.INTER_LINEAR)
    views = [pixels, pixels[:, ::-1], larger, larger[:, ::-1]]
    for name in ('color', 'light'):
        shares = [probabilities(random, view, name).softmax(dim=0) for view in views]
        expected = torch.stack(shares).mean(dim=0)
        np.testing.assert_allclose(result[name].ravel(), expected, atol=1e-4)


@pytest.mark.parametrize('tta', [False, True])
def test_a_test_measures_and_writes_files(random, tmp_path, tta):
    cfg = load_config(random.config, work_dir=str(tmp_path / 'run'))
    cfg.load_from = random.checkpoint
    cfg.default_hooks.visualization.draw = True
    cfg.visualizer.save_dir = str(tmp_path / 'shown')
    if tta:
        use_tta(cfg)
    save_predictions(cfg, str(tmp_path / 'out'))
    metrics = build_runner(cfg).test()
    records = [json.loads(path.read_text()) for path in (tmp_path / 'out/color').glob('*.json')]
    assert len(records) == 6
    assert all(record['scores'][record['class']] == record['score'] for record in records)
    right = [
        json.loads((tmp_path / f'out/color/{number}.json').read_text())['class']
        == COLORS[number % 3]
        for number in range(6)
    ]
    assert metrics['color/accuracy'] == pytest.approx(100 * np.mean(right))
    assert len(list((tmp_path / 'out/side').glob('*.png'))) == 6
    assert len(list((tmp_path / 'shown').rglob('*.png'))) == 6


def test_files_of_a_prediction(random, image, tmp_path):
    inferencer = MultiTaskInferencer(*random, **OPTIONS)
    result = inferencer(str(image), out_dir=tmp_path, save=['ids', 'npy', 'pictures'])
    record = json.loads((tmp_path / f'color/{image.stem}.json').read_text())
    assert record['id'] == result['color'].argmax()
    assert record['class'] == COLORS[record['id']]
    assert list(record['scores']) == list(COLORS)
    np.testing.assert_array_equal(np.load(tmp_path / f'color/{image.stem}.npy'), result['color'])
    picture = read(tmp_path / f'pictures_color/{image.stem}.png')
    assert picture.shape == (*SIZE, 3)
    np.testing.assert_array_equal(picture[:8], read(image)[:8])  # above the text the image shows
    assert (picture != read(image)).any()
