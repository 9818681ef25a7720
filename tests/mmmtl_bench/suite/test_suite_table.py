"""Tables of a suite."""

import pytest
from mmengine.config import Config

from mmmtl_bench.suite.config_files import WEIGHTINGS
from tests.utils.suite_values import DWA, SINGLE, values_of


def test_the_runs_of_a_table(read):
    suite = read(values_of(seeds=[0, 7], cfg_options={'train_cfg.max_epochs': 3}))
    folders = [str(spec.folder) for spec in suite.specs()]
    assert folders == [
        'cityscapes7/one-task-seg/seed0',
        'cityscapes7/one-task-depth/seed0',
        'cityscapes7/mtan/equal/seed0',
        'cityscapes7/mtan/dwa-t-20/seed0',
        'cityscapes7/one-task-seg/seed7',
        'cityscapes7/one-task-depth/seed7',
        'cityscapes7/mtan/equal/seed7',
        'cityscapes7/mtan/dwa-t-20/seed7',
    ]
    seg, _, equal, dwa = suite.specs([5])
    assert (seg.tasks, seg.weighting, seg.seed, seg.config) == (('seg',), None, 5, SINGLE['seg'])
    assert seg.cfg_options == {'train_cfg.max_epochs': 3, 'randomness.seed': 5}
    assert equal.tasks == ('seg', 'depth')  # of the config
    weighting = Config.fromfile(WEIGHTINGS / 'equal.py').loss_weighting
    assert equal.cfg_options['model.loss_weighting'] == {**weighting, '_delete_': True}
    assert dwa.cfg_options['model.loss_weighting'] == {**DWA, '_delete_': True}
    assert suite.tables[0].specs(5) == suite.specs([5])


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (values_of(colour='red'), r'tables\[0\]: unknown key colour'),
        (
            values_of(baseline='STAN'),
            r"tables\[0\]\.baseline: expected one of single_task \(One Task\), found 'STAN'",
        ),
        (
            values_of(published={'source': 'mtan-cvpr19'}),
            r"tables\[0\]\.published: table: expected 2 or 3 or 4 of 'mtan-cvpr19', found none",
        ),
        (
            values_of(sinlge_task={}),
            r'^\S*suite\.yaml\.tables\[0\]: unknown key sinlge_task; known are title, dataset, '
            r'published, .*; did you mean single_task\?$',
        ),
        (
            values_of(published={'source': 'a', 'table': '2'}),
            r'published\.table: expected an integer',
        ),
        (values_of(dataset='!'), r"tables\[0\]\.dataset: The name '!' must have a letter"),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)


def test_what_one_table_says_does_not_reach_the_next(read):
    values = values_of()
    first = values_of()['tables'][0]
    first |= {'dataset': 'other', 'weightings': ['equal'], 'cfg_options': {'a': 1}}
    values['tables'].insert(0, first)
    one, two = read(values).tables
    assert list(one.multi_task[0].weightings) == ['equal']
    assert list(two.multi_task[0].weightings) == ['equal', 'dwa (T=20)']
    assert one.specs(0)[0].cfg_options['a'] == 1
    assert 'a' not in two.specs(0)[0].cfg_options
