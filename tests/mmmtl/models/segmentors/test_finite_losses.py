import pytest
import torch

from tests.utils.partial_labels import BOTH, IMAGES, build, losses_and_gradients, make_samples


def test_a_loss_that_is_not_finite_is_named():
    model = build()
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    batch[2].gt_depth_map.data[0, 0, 0] = torch.nan
    with pytest.raises(FloatingPointError, match=r'loss of depth is nan .*0.png, 1.png, 2.png'):
        model(IMAGES, batch, mode='loss')


def test_a_step_can_be_skipped_instead():
    model = build(train_cfg=dict(non_finite_loss='skip'))
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    fine, _ = losses_and_gradients(model, IMAGES, batch)
    assert fine['skipped_steps'].item() == 0
    assert not model.finite_losses.skip_step
    batch[2].gt_depth_map.data[0, 0, 0] = torch.nan
    skipped, gradients = losses_and_gradients(model, IMAGES, batch)
    assert skipped['loss'].item() == 0
    assert skipped['skipped_steps'].item() == 1
    assert model.finite_losses.skip_step
    assert all((gradient == 0).all() for gradient in gradients.values())
    assert model.state_dict()['finite_losses.skipped_steps'].item() == 1


def test_an_unknown_policy_is_named():
    with pytest.raises(ValueError, match=r"non_finite_loss: .*\('error', 'skip'\).*'ignore'"):
        build(train_cfg=dict(non_finite_loss='ignore'))
