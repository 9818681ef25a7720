import math

import pytest
import torch

from mmmtl.models.loss_weighting import EpochLossWeighting
from tests.utils.weighting_batches import batch_of


class Diary(EpochLossWeighting):
    """Writes down what each epoch's statistics were."""

    def __init__(self, tasks=('seg', 'depth')):
        super().__init__(tasks)
        self.epochs = []

    def compute_weights(self, batch):
        return {task: loss.new_full((), 3.0) for task, loss in batch.joined.items()}

    def remember_epoch(self):
        self.epochs.append((self.epoch.mean.tolist(), self.epoch.images.tolist()))


def test_statistics_are_of_the_losses_before_their_weights():
    weighting = Diary()
    weighting(batch_of(8, seg=1, depth=2))
    weighting(batch_of(2, seg=6, depth=2))
    weighting.end_epoch()
    assert weighting.epochs == [([pytest.approx(2), 2], [10, 10])]


def test_every_epoch_begins_with_nothing():
    weighting = Diary()
    for loss in (1, 5):
        weighting(batch_of(seg=loss, depth=loss))
        weighting.end_epoch()
    assert weighting.epochs == [([1, 1], [1, 1]), ([5, 5], [1, 1])]
    assert weighting.epoch.images.tolist() == [0, 0]


def test_a_task_without_labels_has_no_images():
    weighting = Diary()
    weighting(batch_of(3, depth=4))
    weighting.end_epoch()
    assert weighting.epochs == [([0, 4], [0, 3])]


def test_an_epoch_that_starts_anew_is_not_remembered():
    weighting = Diary()
    weighting(batch_of(seg=1, depth=1))
    weighting.start_epoch()
    assert weighting.epochs == []
    assert weighting.epoch.images.tolist() == [0, 0]


def test_evaluation_and_no_gradients_leave_no_trace():
    weighting = Diary()
    with torch.no_grad():
        weighting(batch_of(seg=1, depth=1))
    weighting.eval()(batch_of(seg=1, depth=1))
    assert weighting.epoch.images.tolist() == [0, 0]


def test_a_run_goes_on_in_the_middle_of_an_epoch():
    first, second = Diary(), Diary()
    first(batch_of(2, seg=1, depth=7))
    state = first.state_dict()
    assert set(state) == {'epoch.images', 'epoch.mean', 'epoch.squares'}
    second.load_state_dict(state)
    for weighting in (first, second):
        weighting(batch_of(1, seg=4, depth=1))
        weighting.end_epoch()
    assert first.epochs == second.epochs
    assert second.epochs[0] == ([pytest.approx(2), pytest.approx(5)], [3, 3])


def test_a_loss_that_is_not_finite_stops_and_leaves_no_trace():
    diary = Diary()
    diary(batch_of(seg=3, depth=1))
    before = {key: value.clone() for key, value in diary.state_dict().items()}
    with pytest.raises(FloatingPointError, match='Expected finite losses, found .*inf'):
        diary(batch_of(seg=math.inf, depth=1))
    with pytest.raises(FloatingPointError, match='Expected finite losses, found .*inf'):
        diary(batch_of(seg=2.0, depth=1)._replace(values=dict(seg=math.inf, depth=1.0)))
    for key, value in diary.state_dict().items():
        assert torch.equal(value, before[key])


def test_it_needs_to_know_of_epochs():
    assert Diary.needs_epochs
    assert not Diary.needs_new_losses
