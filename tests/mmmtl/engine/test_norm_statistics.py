import pytest
import torch
from mmengine.model import BaseModel
from torch import nn

from mmmtl.engine.norm_statistics import estimate_statistics, even_batches
from mmmtl.models.keyed_batch_norm import split_statistics


class TwoNorms(BaseModel):
    """A normalisation of the inputs, and one that nothing goes through."""

    def __init__(self):
        super().__init__()
        self.used = nn.BatchNorm1d(1, momentum=0.9)
        self.unused = nn.BatchNorm1d(1)
        self.free = nn.BatchNorm1d(1, track_running_stats=False)

    def forward(self, inputs, data_samples=None, mode='tensor'):
        assert mode == 'loss'
        return dict(loss=self.free(self.used(inputs)).sum())


def batches(*rows):
    return [dict(inputs=torch.tensor(row).view(-1, 1)) for row in rows]


def test_mean_and_variance_by_hand():
    model = TwoNorms().eval()
    model.unused.running_mean.fill_(7)
    parameters = {name: value.clone() for name, value in model.named_parameters()}
    found = estimate_statistics(model, batches([1.0, 3.0], [5.0, 5.0, 8.0]))
    assert found == (1, 1)
    # Means 2 and 6, variances 2 and 3 with n - 1.
    assert model.used.running_mean.item() == pytest.approx(4)
    assert model.used.running_var.item() == pytest.approx(2.5)
    assert (model.used.momentum, model.training) == (0.9, False)
    assert model.unused.running_mean.item() == 7
    assert all(torch.equal(parameters[name], value) for name, value in model.named_parameters())


def test_each_key_gets_its_own():
    model = TwoNorms()
    split_statistics(model, ['a', 'b'])
    model.used.key = 'b'
    assert estimate_statistics(model, batches([1.0, 3.0])) == (1, 3)
    assert model.used.statistics['b'].running_mean.item() == 2
    assert model.used.statistics['a'].running_mean.item() == 0


class FrozenFirst(BaseModel):
    """A normalisation that stays in evaluation, as in a frozen backbone, and one behind it."""

    def __init__(self):
        super().__init__()
        self.frozen = nn.BatchNorm1d(1, eps=0)
        self.behind = nn.BatchNorm1d(1)

    def train(self, mode=True):
        super().train(mode)
        self.frozen.training = False
        return self

    def forward(self, inputs, data_samples=None, mode='tensor'):
        return dict(loss=self.behind(self.frozen(inputs)).sum())


def test_what_stands_behind_a_frozen_normalisation_sees_the_features_of_training():
    model = FrozenFirst()
    model.frozen.running_mean.fill_(5)
    model.frozen.running_var.fill_(4)
    assert estimate_statistics(model, batches([7.0, 9.0], [9.0, 15.0])) == (1, 1)
    # Through the frozen one 1, 2 and 2, 5: means 1.5 and 3.5, variances 0.5 and 4.5.
    assert model.behind.running_mean.item() == pytest.approx(2.5)
    assert model.behind.running_var.item() == pytest.approx(2.5)
    assert (model.frozen.running_mean.item(), model.frozen.running_var.item()) == (5, 4)
    assert (model.frozen.momentum, model.frozen.num_batches_tracked) == (0.1, 0)


def test_a_model_without_running_statistics_is_named():
    model = TwoNorms()
    del model.used, model.unused
    with pytest.raises(ValueError, match='model: expected a batch normalisation'):
        estimate_statistics(model, batches([1.0, 3.0]))


def test_batches_have_nearly_one_size_and_each_sample_once():
    found = even_batches(range(10, 21), 4, 0, 'streets')
    assert [len(batch) for batch in found] == [4, 4, 3]
    assert sorted(sum(found, [])) == list(range(10, 21))
    assert found == even_batches(range(10, 21), 4, 0, 'streets')
    assert found != even_batches(range(10, 21), 4, 1, 'streets')
