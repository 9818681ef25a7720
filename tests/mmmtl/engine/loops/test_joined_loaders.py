import pytest
from mmengine.dataset import pseudo_collate
from torch.utils.data import DataLoader

from mmmtl.datasets.set_of_sample import set_of
from mmmtl.engine.loops import JoinedLoaders
from tests.utils.errors import error_of
from tests.utils.toy.weighting_components import TwoTaskDataset


def loader(length, batch_size, **options):
    dataset = TwoTaskDataset(length=length, **options)
    return DataLoader(dataset, batch_size=batch_size, collate_fn=pseudo_collate)


@pytest.fixture
def loaders():
    return JoinedLoaders(dict(streets=loader(3, 2, tasks=['seg']), office=loader(5, 4, first=9)))


def test_it_is_one_loader_to_others(loaders):
    assert len(loaders) == 4
    assert len(loaders.dataset) == 8
    assert loaders.dataset.names == ('streets', 'office')
    assert len(list(loaders)) == 4


def test_batches_come_one_set_after_the_other_and_say_which_it_is(loaders):
    seen = []
    for batch in loaders:
        names = {set_of(sample) for sample in batch['data_samples']}
        assert names == {loaders.current}
        seen.append((loaders.current, len(batch['data_samples'])))
    assert seen == [('streets', 2), ('streets', 1), ('office', 4), ('office', 1)]


def test_views_of_test_time_augmentation_are_marked_each():
    views = DataLoader(
        TwoTaskDataset(length=1),
        collate_fn=lambda items: dict(
            data_samples=[[items[0]['data_samples']], [items[0]['data_samples'].clone()]]
        ),
    )
    (batch,) = JoinedLoaders(dict(streets=views))
    assert [set_of(view[0]) for view in batch['data_samples']] == ['streets', 'streets']


def test_sets_that_contradict_each_other_are_named():
    one, two = (loader(1, 1) for _ in range(2))
    for one_loader, classes in ((one, ['a', 'b']), (two, ['c', 'd'])):
        one_loader.dataset._metainfo['tasks'] = dict(seg=dict(type='ClassTask', classes=classes))
    message = error_of(JoinedLoaders, dict(streets=one, office=two))
    assert message.startswith('datasets.office.tasks.seg: expected ')
