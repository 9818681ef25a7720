import pytest

from mmmtl.checks import check_config
from tests.utils.checked_config import changed, loader

PLACE = 'train_dataloader.batch_sampler'


def with_two_sets(root, **batch_sampler):
    """The right config, with its data set twice and batches of one of the two."""
    inner = loader(root, 'train')['dataset']
    dataset = dict(type='ConcatDataset', datasets=dict(streets=inner, roads=inner))
    return changed(
        root,
        {
            'train_dataloader.dataset': dict(_delete_=True, **dataset),
            'train_dataloader.batch_sampler': dict(type='MultiSetBatchSampler', **batch_sampler),
        },
    )


@pytest.mark.parametrize(
    'options',
    [
        {},
        dict(shares='uniform', order='turn'),
        dict(shares=dict(streets=1, roads=3), batches_per_epoch=4),
        dict(counts=dict(streets=1, roads=1)),
    ],
)
def test_there_is_nothing_wrong_with_right_batches(root, options):
    assert check_config(with_two_sets(root, **options), ('train',)) == ()


@pytest.mark.parametrize(
    ('options', 'line'),
    [
        (
            dict(shares=dict(streets=1, raods=1)),
            f"{PLACE}.shares: expected one for each of the data sets ['streets', 'roads'], "
            "found ['raods']; did you mean 'roads'?",
        ),
        (
            dict(shares=dict(streets=99, roads=1), batches_per_epoch=10),
            f'{PLACE}.batches_per_epoch: expected so many that each data set gets one, found 10, '
            "of which these shares get none: {'roads': 0.01}.",
        ),
        (
            dict(counts=dict(streets=1, roads=2)),
            f'{PLACE}.counts: expected whole numbers from 1 that add up to batch_size=2, found '
            "{'streets': 1, 'roads': 2}.",
        ),
        (
            dict(share='uniform'),
            f"{PLACE}: MultiSetBatchSampler has no argument 'share'; did you mean 'shares'?",
        ),
    ],
)
def test_a_wrong_share_is_named(root, options, line):
    assert check_config(with_two_sets(root, **options), ('train',)) == (line,)


def test_a_set_alone_is_no_choice(root):
    cfg = changed(root, {PLACE: dict(type='MultiSetBatchSampler')})
    (line,) = check_config(cfg, ('train',))
    assert line.startswith(f'{PLACE}: MultiSetBatchSampler: expected')


def test_what_the_batch_sampler_does_is_not_said_twice(root):
    cfg = with_two_sets(root)
    cfg.train_dataloader.drop_last = True
    assert check_config(cfg, ('train',)) == (
        'train_dataloader.drop_last: expected none beside batch_sampler, found True.',
    )


def test_missing_data_is_all_that_is_said(root):
    cfg = with_two_sets(root)
    cfg.train_dataloader.dataset.datasets.roads.data_root = 'nowhere'
    (line,) = check_config(cfg, ('train',))
    assert 'nowhere' in line
