"""Labels of tasks that a config defines: read, moved with their images, and best constants."""

from __future__ import annotations

import numpy as np
import pytest
from mmseg.registry import DATASETS

from mmmtl.apis.launch import load_config
from mmmtl.evaluation import evaluate_constant_baseline
from tests.utils.five_tasks import SIZE, TASKS, labels_of


def load(five_tasks, *steps, number=0, split='train'):
    """A sample's labels as arrays with their channels last."""
    dataset = load_config(five_tasks / 'config.py')[f'{split}_dataloader'].dataset
    dataset.pipeline = [*dataset.pipeline[:2], *steps, dataset.pipeline[-1]]
    sample = DATASETS.build(dataset)[number]['data_samples']
    return {
        task: np.moveaxis(sample.get(f'gt_{task}').data.numpy(), 0, -1).squeeze() for task in TASKS
    }


def test_labels_are_what_the_files_say(five_tasks):
    written, found = labels_of(2), load(five_tasks, number=2)
    assert found['parts'].dtype == np.uint8
    np.testing.assert_array_equal(found['parts'], written['parts'])
    edge = np.where(written['edge'] == 128, 255, written['edge'] / 255)
    np.testing.assert_array_equal(found['edge'], edge)
    np.testing.assert_allclose(found['albedo'], written['albedo'] / 255, rtol=1e-6)
    for task in ('flow', 'height'):
        np.testing.assert_array_equal(found[task], written[task])


def test_an_image_without_a_file_has_no_valid_pixel(five_tasks):
    found = load(five_tasks, number=1)
    assert np.isnan(found['albedo']).all()
    assert np.isfinite(found['flow'][:-1]).all()


def test_a_flip_moves_pixels_and_turns_the_flow(five_tasks):
    plain = load(five_tasks)
    found = load(five_tasks, dict(type='MultiTaskRandomFlip', prob=1.0))
    for task in TASKS:
        expected = plain[task][:, ::-1]
        if task == 'flow':
            expected = expected * (-1, 1)
        np.testing.assert_array_equal(found[task], expected)


def test_a_zoom_multiplies_the_flow_alone(five_tasks):
    plain = load(five_tasks)
    found = load(five_tasks, dict(type='RandomScaleCrop', scales=[2.0]))
    assert np.nanmax(found['flow'][..., 1]) == 2 * plain['flow'][0, 0, 1]
    for task in ('parts', 'edge', 'albedo', 'height'):
        values = np.unique(found[task][np.isfinite(found[task])])
        assert np.isin(values, plain[task]).all(), task


def test_a_roll_turns_the_flow_and_fills_with_no_label(five_tasks):
    plain = load(five_tasks)
    found = load(five_tasks, dict(type='MultiTaskRandomRotate', prob=1.0, degree=(90, 90)))
    middle = SIZE[0] // 2, SIZE[1] // 2
    x, y = found['flow'][middle]
    # A quarter turn clockwise takes right to down and down to left: (x, y) becomes (-y, x).
    assert x == pytest.approx(-plain['flow'][0, 0, 1], abs=1e-5)
    assert np.nanmin(np.abs(plain['flow'][..., 0] - y)) < 1e-5
    assert found['parts'][0, 0] == 255
    assert found['edge'][0, 0] == 255
    assert all(np.isnan(found[task][0, 0]).all() for task in ('albedo', 'flow', 'height'))


def test_the_baseline_is_that_of_the_best_constants(five_tasks):
    cfg = load_config(five_tasks / 'config.py')
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
