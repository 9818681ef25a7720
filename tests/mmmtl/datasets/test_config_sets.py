import pytest

from mmmtl.datasets.config_sets import inner_sets, loader_places, loaders_by_name

ONE, TWO = dict(type='One'), dict(type='Two')
LOADERS = dict(camvid=dict(dataset=ONE, batch_size=1), office=dict(dataset=TWO))


@pytest.mark.parametrize(
    ('config', 'inner'),
    [
        (ONE, {}),
        (None, {}),
        (dict(type='Repeat', dataset=ONE), {'dataset': ONE}),
        (dict(type='Concat', datasets=[ONE, TWO]), {'datasets.0': ONE, 'datasets.1': TWO}),
        (dict(type='Concat', datasets=dict(a=ONE)), {'datasets.a': ONE}),
        (dict(type='Concat', datasets=3), {}),
    ],
)
def test_what_stands_inside(config, inner):
    assert inner_sets(config) == inner


@pytest.mark.parametrize('loader', [None, {}, dict(dataset=ONE), dict(batch_size=2), 3])
def test_one_loader_is_not_several(loader):
    assert loaders_by_name(loader) is None


def test_several_loaders_have_names():
    assert loaders_by_name(LOADERS) == LOADERS
    assert loader_places(dict(val_dataloader=LOADERS), 'val') == {
        'val_dataloader.camvid': LOADERS['camvid'],
        'val_dataloader.office': LOADERS['office'],
    }
    assert loader_places(dict(train_dataloader=LOADERS['camvid']), 'train') == {
        'train_dataloader': LOADERS['camvid']
    }
    assert loader_places({}, 'test') == loader_places(dict(test_dataloader=None), 'test') == {}
