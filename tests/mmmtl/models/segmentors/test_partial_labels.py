"""Batches in which some images lack the labels of some tasks, on one process and on two."""

import functools

import pytest
import torch
from mmengine.evaluator import Evaluator
from mmseg.models.decode_heads import FCNHead
from mmseg.registry import METRICS
from torch.nn.parallel import DistributedDataParallel

import mmmtl.evaluation  # noqa: F401  (registers the metrics)
from tests.utils.partial_labels import (
    BOTH,
    DEPTH,
    FIELDS,
    IMAGES,
    NONE,
    SEG,
    build,
    losses_and_gradients,
    make_samples,
)
from tests.utils.processes import on_two_processes


def test_a_task_averages_over_the_images_that_have_it():
    model = build()
    mixed = model(IMAGES, make_samples(BOTH, SEG, DEPTH, NONE), mode='loss')
    full = make_samples(BOTH, BOTH, BOTH, BOTH)
    seg = model(IMAGES[:2], full[:2], mode='loss')
    depth = model(IMAGES[[0, 2]], [full[0], full[2]], mode='loss')
    assert mixed['seg/raw'].item() == pytest.approx(seg['seg/raw'].item(), rel=1e-6)
    assert mixed['depth/raw'].item() == pytest.approx(depth['depth/raw'].item(), rel=1e-6)
    assert mixed['seg/loss'].item() == mixed['seg/raw'].item()


def test_images_of_one_task_change_nothing_that_belongs_to_the_other():
    model = build()
    alone, before = losses_and_gradients(model, IMAGES[:2], make_samples(BOTH, BOTH))
    mixed, after = losses_and_gradients(model, IMAGES, make_samples(BOTH, BOTH, SEG, SEG))
    assert mixed['depth/raw'].item() == pytest.approx(alone['depth/raw'].item(), rel=1e-6)
    assert mixed['seg/raw'].item() != alone['seg/raw'].item()
    own = [name for name in before if '.depth.' in name]
    assert {name.split('.')[0] for name in own} == {'decode_head', 'neck'}
    for name in own:
        torch.testing.assert_close(after[name], before[name], rtol=1e-4, atol=1e-6)
    assert not torch.allclose(
        after['decode_head.seg.conv_seg.weight'], before['decode_head.seg.conv_seg.weight']
    )


@pytest.mark.parametrize('weighting', ['EqualWeighting', 'UncertaintyWeighting'])
def test_a_batch_without_a_task_gives_its_parameters_gradients_of_zero(weighting):
    model = build(loss_weighting=dict(type=weighting))
    losses, gradients = losses_and_gradients(model, IMAGES, make_samples(SEG, SEG, SEG, SEG))
    assert 'depth/loss' not in losses
    assert 'depth/raw' not in losses
    own = [name for name in gradients if '.depth.' in name]
    assert own
    assert all((gradients[name] == 0).all() for name in own)
    assert gradients['decode_head.seg.conv_seg.weight'].abs().sum() > 0
    if weighting == 'UncertaintyWeighting':
        seg, depth = gradients['loss_weighting.log_variance'].tolist()
        assert seg != 0
        assert depth == 0


def test_a_batch_without_any_label_is_a_step_of_zeros():
    losses, gradients = losses_and_gradients(build(), IMAGES, make_samples(*[NONE] * 4))
    assert set(losses) == {'loss_of_no_label'}
    assert all((gradient == 0).all() for gradient in gradients.values())


def test_a_label_without_a_valid_pixel_is_as_good_as_none():
    model = build()
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    batch[1].gt_depth_map.data.zero_()
    batch[2].gt_sem_seg.data.fill_(255)
    found = model(IMAGES, batch, mode='loss')
    expected = model(IMAGES, make_samples(BOTH, SEG, DEPTH, BOTH), mode='loss')
    for key in ('seg/raw', 'depth/raw'):
        assert found[key].item() == expected[key].item()


class HeadOfItsOwn(FCNHead):
    def loss(self, inputs, batch_data_samples, train_cfg):
        return super().loss(inputs, batch_data_samples, train_cfg)


def test_a_head_with_losses_of_its_own_needs_all_labels():
    model = build()
    model.decode_head['seg'].__class__ = HeadOfItsOwn
    assert 'seg/loss' in model(IMAGES, make_samples(BOTH, BOTH, SEG, SEG), mode='loss')
    with pytest.raises(ValueError, match='HeadOfItsOwn .* found 3 of 4 images labelled'):
        model(IMAGES, make_samples(BOTH, BOTH, SEG, DEPTH), mode='loss')


def test_metrics_count_only_what_exists():
    def evaluate(batch):
        metrics = [dict(type='IoUMetric', prefix='seg'), dict(type='DepthErrorMetric')]
        evaluator = Evaluator([METRICS.build(metric) for metric in metrics])
        evaluator.dataset_meta = dict(classes=tuple('abcde'))
        with torch.no_grad():
            evaluator.process(model(images, batch, mode='predict'))
        return evaluator.evaluate(len(batch))

    model, images = build(), IMAGES
    full = make_samples(BOTH, BOTH, BOTH, BOTH)
    mixed = evaluate(make_samples(BOTH, SEG, DEPTH, SEG))
    images = IMAGES[[0, 1, 3]]
    seg = evaluate([full[0], full[1], full[3]])
    full = make_samples(BOTH, BOTH, BOTH, BOTH)
    images = IMAGES[[0, 2]]
    depth = evaluate([full[0], full[2]])
    assert mixed['seg/mIoU'] == seg['seg/mIoU']
    assert mixed['seg/aAcc'] == seg['seg/aAcc']
    assert mixed['depth/abs_err'] == pytest.approx(depth['depth/abs_err'], rel=1e-6)


def test_inference_invents_no_label():
    sample = build()(IMAGES[:1], make_samples(NONE), mode='predict')[0]
    assert not any(field in sample for field in FIELDS.values())


def gradients_are(rank, tasks, expected):
    model = DistributedDataParallel(build())
    share = slice(2 * rank, 2 * rank + 2)
    for _ in range(2):  # the second step would wait for gradients that the first one lacked
        model.zero_grad()
        losses = model(IMAGES[share], make_samples(*tasks)[share], mode='loss')
        total, _ = model.module.parse_losses(losses)
        total.backward()
    for name, parameter in model.module.named_parameters():
        torch.testing.assert_close(parameter.grad, expected[name], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    'tasks', [(SEG, SEG, DEPTH, DEPTH), (BOTH, SEG, NONE, NONE), (SEG, SEG, BOTH, SEG)]
)
def test_processes_that_lack_different_tasks_meet_and_agree(tmp_path, tasks):
    _, expected = losses_and_gradients(build(), IMAGES, make_samples(*tasks))
    on_two_processes(functools.partial(gradients_are, tasks=tasks, expected=expected), tmp_path)
