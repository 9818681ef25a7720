import pytest
import torch
from mmengine.logging import MessageHub

from mmmtl.models.loss_weighting import BaseLossWeighting
from tests.utils.weighting_batches import LOSSES, batch_of, build


class Recorder(BaseLossWeighting):
    """Counts the batches that it is to remember."""

    needs_epochs = True
    recorded = 0

    def compute_weights(self, batch):
        return {task: loss.new_ones(()) for task, loss in batch.joined.items()}

    def record(self, batch):
        self.recorded += 1


@pytest.fixture
def training_runner():
    """What a Runner says of itself while it trains."""
    hub = MessageHub.get_current_instance()
    hub.update_info('loop_stage', 'train')
    yield hub
    hub.update_info('loop_stage', None)


@pytest.mark.parametrize('losses', [dict(height=torch.tensor(1.0)), {}])
def test_losses_of_other_tasks_are_refused(losses):
    with pytest.raises(ValueError, match=r"expected losses of \['seg', 'depth'\], found"):
        build('EqualWeighting')(losses)


def test_batches_are_remembered_in_training_only():
    weighting = Recorder(('seg', 'depth'))
    weighting(LOSSES)
    assert weighting.recorded == 1
    with torch.no_grad():
        weighting(LOSSES)
    weighting.eval()(LOSSES)
    assert weighting.recorded == 1


def test_numbers_of_the_tasks_of_a_batch():
    weighting = Recorder(('seg', 'depth', 'normal'))
    picked = weighting.select(torch.tensor([1.0, 2.0, 3.0]), batch_of(normal=9, seg=9))
    assert picked == dict(seg=1, normal=3)


def test_a_runner_without_the_hook_is_an_error_that_says_what_to_add(training_runner):
    with pytest.raises(ValueError, match=r"Recorder .*dict\(type='LossWeightingHook'\) among"):
        Recorder(('seg', 'depth'))(LOSSES)


def test_methods_that_need_no_hook_work_in_a_runner_without(training_runner):
    build('EqualWeighting')(LOSSES)


def test_a_weighting_that_is_driven_works_in_a_runner(training_runner):
    weighting = Recorder(('seg', 'depth'))
    weighting.driven = True
    weighting(LOSSES)
    assert weighting.recorded == 1
    weighting.driven = False
    weighting.eval()(LOSSES)  # nothing is remembered, nothing has to be told


def test_a_plain_dict_stands_for_one_process_and_one_image_a_task():
    seen = []

    class Spy(Recorder):
        def compute_weights(self, batch):
            seen.append(batch)
            return super().compute_weights(batch)

    loss = torch.tensor(2.0, requires_grad=True)
    Spy(('seg', 'depth'))(dict(depth=loss))
    (batch,) = seen
    assert batch.losses['depth'] is loss
    assert batch.joined['depth'].item() == 2
    assert not batch.joined['depth'].requires_grad
    assert batch.images == dict(depth=1)
    assert batch.shared == ((), ())


def test_without_a_regulariser_there_is_none():
    assert Recorder(('seg', 'depth'))(LOSSES).regulariser is None


def test_the_tasks_are_kept_in_their_order_and_must_differ():
    assert Recorder(['depth', 'parts', 'seg']).tasks == ('depth', 'parts', 'seg')
    assert Recorder(dict(depth=1, seg=2)).tasks == ('depth', 'seg')
    with pytest.raises(ValueError, match=r"^tasks: expected different names, found \['a', 'a'\]"):
        Recorder(['a', 'a'])
    with pytest.raises(ValueError, match='^tasks: expected different names, found none'):
        Recorder([])
    with pytest.raises(ValueError, match="^tasks: expected a list of names, found the string 'se"):
        Recorder('seg')


def test_methods_that_need_nothing_ignore_what_they_are_told():
    weighting = build('EqualWeighting')
    for tell in (weighting.end_step, weighting.start_epoch, weighting.end_epoch):
        tell()
    assert weighting(LOSSES).weights == dict(seg=1, depth=1)
    needs = (weighting.needs_epochs, weighting.needs_new_losses, weighting.needs_shared_tensors)
    assert needs == (False, False, False)
