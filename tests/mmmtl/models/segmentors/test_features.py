import pytest
import torch
from torch import nn

from mmmtl.models.segmentors.features import compute_features

TASKS = dict.fromkeys(['parts', 'edge'])
IMAGES = torch.rand(2, 3, 4, 6)


class Backbone(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 1)
        self.frozen = nn.Parameter(torch.ones(1), requires_grad=False)

    def forward(self, images):
        return (images, self.conv(images))


class Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(2.0))

    def forward(self, features):
        return tuple(self.weight * feature for feature in features)


class ByTask(Doubled):
    names = ('parts', 'edge')

    def forward(self, features):
        return dict.fromkeys(self.names, super().forward(features))


class OfOne(ByTask):
    names = ('edge',)


def test_all_tasks_read_what_the_backbone_gives():
    backbone = Backbone()
    found = compute_features(backbone, None, IMAGES, TASKS, TASKS, with_shared=False)
    assert list(found.by_task) == ['parts', 'edge']
    assert found.by_task['parts'] is found.by_task['edge']
    assert torch.equal(found.by_task['edge'][1], backbone.conv(IMAGES))
    assert found.shared.features == found.shared.parameters == ()


def test_a_neck_comes_between():
    for neck in (Doubled(), ByTask()):
        backbone = Backbone()
        found = compute_features(backbone, neck, IMAGES, TASKS, TASKS, with_shared=False)
        assert torch.equal(found.by_task['edge'][1], 2 * backbone.conv(IMAGES))


def test_features_for_other_tasks_are_named():
    with pytest.raises(ValueError, match='features') as raised:
        compute_features(Backbone(), OfOne(), IMAGES, TASKS, TASKS, with_shared=False)
    assert str(raised.value) == (
        "features: expected the tasks of decode_head, ['parts', 'edge'], found ['edge']; "
        'a task needs a head, and a head needs its task.'
    )


class Asked(ByTask):
    leaves_out_tasks = True

    def forward(self, features, tasks=ByTask.names):
        return dict.fromkeys(tasks, features)


def test_a_neck_leaves_out_what_is_not_asked_for():
    names = []
    for neck in (Asked(), ByTask()):  # the other one cannot
        found = compute_features(Backbone(), neck, IMAGES, TASKS, ['edge'], with_shared=False)
        names.append(list(found.by_task))
    assert names == [['edge'], ['parts', 'edge']]


@pytest.mark.parametrize('neck', [None, Doubled(), ByTask()])
def test_what_is_shared_are_trained_parameters_and_the_last_features_of_all_tasks(neck):
    backbone = Backbone()
    found = compute_features(backbone, neck, IMAGES, TASKS, TASKS, with_shared=True)
    trained = [*backbone.conv.parameters(), *(neck.parameters() if neck else ())]
    assert list(map(id, found.shared.parameters)) == list(map(id, trained))
    read = found.by_task['edge'][1]
    if isinstance(neck, ByTask):  # shared are the backbone's: the neck's are the tasks'
        (shared,) = found.shared.features
        assert torch.equal(2 * shared, read)
    else:
        assert found.shared.features[-1] is read  # a node that the heads alone read
        assert len(found.shared.features) == (1 if neck is None else 2)
    (gradient,) = torch.autograd.grad(read.sum(), found.shared.features[-1])
    assert gradient.unique().tolist() == [2.0 if isinstance(neck, ByTask) else 1.0]


class BackboneByTask(Backbone):
    leaves_out_tasks = True
    asked = None

    def forward(self, images, tasks=None):
        self.asked = tasks
        return dict.fromkeys(tasks or TASKS, super().forward(images))


def test_a_backbone_may_give_features_by_task():
    backbone, neck = BackboneByTask(), Doubled()
    found = compute_features(backbone, None, IMAGES, TASKS, TASKS, with_shared=False)
    assert list(found.by_task) == ['parts', 'edge']
    assert backbone.asked is None
    found = compute_features(backbone, neck, IMAGES, TASKS, ('edge',), with_shared=False)
    assert list(found.by_task) == ['edge']
    assert backbone.asked == ('edge',)
    assert torch.equal(found.by_task['edge'][0], 2 * IMAGES)
    neck.tasks = ('parts', 'edge')
    with pytest.raises(ValueError, match=r'^neck: expected none or one .* found Doubled'):
        compute_features(backbone, neck, IMAGES, TASKS, TASKS, with_shared=False)


def test_stored_features_take_the_place_of_the_backbones():
    stored = (torch.ones(2, 3, 4, 6),)
    backbone = Backbone()
    backbone.forward = None
    found = compute_features(
        backbone, Doubled(), IMAGES, TASKS, TASKS, with_shared=False, stored=stored
    )
    assert torch.equal(found.by_task['edge'][0], 2 * stored[0])
