"""The losses of a segmentor: weighted, logged and summed."""

import pytest
import torch

from tests.utils.small_segmentor import IMAGES, SEG_HEAD, build, samples


def test_losses_are_weighted_and_logged():
    model = build(loss_weighting=dict(type='FixedWeighting', weights=dict(seg=0.3, depth=0.7)))
    losses = model(IMAGES, samples(), mode='loss')
    logged = {f'{task}/{key}' for task in ('seg', 'depth') for key in ('loss', 'raw', 'weight')}
    assert set(losses) == logged | {'seg/acc_seg'}
    assert losses['seg/weight'].item() == pytest.approx(0.3)
    assert losses['depth/loss'].item() == pytest.approx(0.7 * losses['depth/raw'].item())
    total, logged = model.parse_losses(losses)
    expected = losses['seg/loss'] + losses['depth/loss']
    assert total.item() == logged['loss'].item() == pytest.approx(expected.item())


def test_the_regulariser_is_part_of_the_total():
    model = build(loss_weighting=dict(type='UncertaintyWeighting'))
    losses = model(IMAGES, samples(), mode='loss')
    assert losses['loss_weighting'].item() == -0.5
    total, _ = model.parse_losses(losses)
    weight = torch.tensor(0.5).exp().item() / 2
    raw = losses['seg/raw'].item() + losses['depth/raw'].item()
    assert total.item() == pytest.approx(weight * raw - 0.5, rel=1e-6)
    total.backward()
    assert all(p.grad is not None for p in model.parameters())  # nothing for DDP to miss
    assert 'loss_weighting.log_variance' in model.state_dict()


def test_losses_of_auxiliary_heads_join_their_task():
    auxiliary = {**SEG_HEAD, 'in_index': 0, 'loss_decode': dict(type='CrossEntropyLoss')}
    plain, with_auxiliary = build(), build(auxiliary_head=dict(seg=[auxiliary, auxiliary]))
    for name, parameter in with_auxiliary.named_parameters():
        if not name.startswith('auxiliary_head'):
            parameter.data.copy_(plain.get_parameter(name).data)
    torch.manual_seed(0)
    main = plain.eval()(IMAGES, samples(), mode='loss')
    both = with_auxiliary.eval()(IMAGES, samples(), mode='loss')
    features = with_auxiliary.extract_feat(IMAGES)['seg']
    extra = [
        head.loss(features, samples(), None)['loss_ce']
        for head in with_auxiliary.auxiliary_head['seg']
    ]
    assert both['seg/raw'].item() == pytest.approx((main['seg/raw'] + sum(extra)).item(), rel=1e-5)
    assert both['depth/raw'].item() == main['depth/raw'].item()


def test_a_batch_without_valid_depth_trains():
    model = build()
    batch = samples()
    for sample in batch:
        sample.gt_depth_map.data.zero_()
    total, _ = model.parse_losses(model(IMAGES, batch, mode='loss'))
    total.backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
