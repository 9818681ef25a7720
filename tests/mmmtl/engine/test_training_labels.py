from types import SimpleNamespace

import pytest

from mmmtl.engine.training_labels import check_training_labels, dataset_parts


def of(*tasks):
    return SimpleNamespace(tasks=tasks)


def joined(*datasets):
    return SimpleNamespace(datasets=datasets)


def wrapped(dataset):
    return SimpleNamespace(dataset=dataset)


@pytest.mark.parametrize(
    'dataset',
    [
        of('seg', 'depth'),
        of('seg', 'depth', 'normal'),
        joined(of('seg'), of('depth')),
        wrapped(joined(of('seg'), wrapped(of('depth')))),
        joined(of('seg'), SimpleNamespace()),  # one that does not say what it has
    ],
)
def test_all_tasks_have_labels_or_nobody_knows(dataset):
    check_training_labels(dataset, ('seg', 'depth'))


@pytest.mark.parametrize('dataset', [of('seg'), joined(of('seg'), wrapped(of('seg')))])
def test_a_task_without_labels_is_named(dataset):
    with pytest.raises(ValueError, match=r"labels of \['seg'\] and none of \['depth'\]"):
        check_training_labels(dataset, ('seg', 'depth'))


def test_wrappers_are_opened():
    first, second, third = of('seg'), of('depth'), of('normal')
    nested = joined(first, wrapped(joined(wrapped(second), third)))
    assert list(dataset_parts(nested)) == [first, second, third]
