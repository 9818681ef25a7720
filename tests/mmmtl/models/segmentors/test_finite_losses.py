import math

import pytest
import torch
from mmseg.structures import SegDataSample

from mmmtl.models.loss_weighting import TaskLosses
from mmmtl.models.segmentors.finite_losses import FiniteLosses
from tests.utils.partial_labels import BOTH, IMAGES, build, losses_and_gradients, make_samples
from tests.utils.processes import on_two_processes


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


SAMPLES = [SegDataSample(metainfo=dict(img_path='a.png')), SegDataSample()]


def look(watch, here=None, **joined):
    """Gives the verdict on joined losses; those of this process are the same unless given."""
    joined = {name: torch.tensor(loss) for name, loss in joined.items()}
    losses = {name: torch.tensor(loss) for name, loss in here.items()} if here else joined
    return watch(losses, TaskLosses(losses, joined, {}), SAMPLES)


def test_finite_losses_pass():
    for watch in (FiniteLosses(), FiniteLosses('skip')):
        assert look(watch, seg=1.0, depth=0.0) is True
        assert look(watch) is True  # no labels, no losses
        assert not watch.skip_step


def test_the_error_names_tasks_images_and_ways_out():
    with pytest.raises(FloatingPointError, match='finite') as raised:
        look(FiniteLosses(), seg=math.inf, depth=2.0, normal=math.nan)
    assert str(raised.value) == (
        'Expected finite losses, found that the loss of seg is inf, normal is nan in the batch of '
        'a.png, unnamed. Look at these images and labels, lower the learning rate or clip '
        "gradients; model.train_cfg=dict(non_finite_loss='skip') skips and counts such steps."
    )


def test_skipped_steps_are_counted_and_the_next_good_one_is_made():
    watch = FiniteLosses('skip')
    verdicts, skips = [], []
    for loss in (math.nan, 1.0, -math.inf):
        verdicts.append(look(watch, seg=loss))
        skips.append(watch.skip_step)
    assert verdicts == [False, True, False]
    assert skips == [True, False, True]
    assert watch.log() == dict(skipped_steps=2)


def test_the_count_is_saved_only_where_there_is_one():
    watch, again = FiniteLosses('skip'), FiniteLosses('skip')
    look(watch, seg=math.nan)
    again.load_state_dict(watch.state_dict())
    assert again.skipped_steps == 1
    assert not FiniteLosses().state_dict()
    assert FiniteLosses().log() == {}


def looks_on_one_of_two(rank):
    here = dict(seg=math.nan if rank == 1 else 1.0)
    with pytest.raises(FloatingPointError, match='seg is nan') as raised:
        look(FiniteLosses(), here, seg=math.nan)
    where = 'in the batch of a.png, unnamed'
    if rank == 0:
        where = 'in the batch of another process (not in that of a.png, unnamed)'
    assert f'seg is nan {where}. Look' in str(raised.value)


def test_the_error_says_on_which_process_it_was(tmp_path):
    on_two_processes(looks_on_one_of_two, tmp_path)


@pytest.mark.parametrize('policy', ['error', 'skip'])
def test_weights_are_looked_at_with_the_next_losses(policy):
    model = build(train_cfg=dict(non_finite_loss=policy))
    batch = make_samples(BOTH, BOTH, BOTH, BOTH)
    model(IMAGES, batch, mode='loss')
    weights = model.finite_losses.watched
    assert list(weights) == ['seg', 'depth']
    model(IMAGES, batch, mode='loss')
    weights['depth'] = torch.tensor(math.nan)
    model.finite_losses.watch(weights)
    with pytest.raises(FloatingPointError, match=r"weights, .*'depth': nan.* last step"):
        model(IMAGES, batch, mode='loss')
    model(IMAGES, batch, mode='loss')  # told once
