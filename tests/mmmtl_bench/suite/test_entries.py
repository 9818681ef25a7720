"""Architectures of a table."""

import pytest

from tests.utils.suite_values import MTAN, SINGLE, values_of


def test_a_long_entry_chooses_weightings_and_its_published_name(read):
    entry = {'config': MTAN, 'weightings': ['equal'], 'published': 'MTAN-SegNet'}
    suite = read(values_of(multi_task={'Ours': entry, 'MTAN': MTAN}))
    ours, mtan = suite.tables[0].multi_task
    assert (ours.published, mtan.published) == ('MTAN-SegNet', 'MTAN')
    assert list(ours.weightings) == ['equal']
    assert list(mtan.weightings) == ['equal', 'dwa (T=20)']
    single = {'One Task': {**SINGLE, 'published': 'SegNet'}}
    assert read(values_of(single_task=single)).tables[0].single_task[0].published == 'SegNet'


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (
            values_of(multi_task={'MTAN': {'config': MTAN, 'weighting': ['equal']}}),
            r'multi_task\.MTAN: unknown key weighting; known are config',
        ),
        (
            values_of(weightings={}),
            r'multi_task\.MTAN: there is no loss weighting',
        ),
        (
            values_of(single_task={'One Task': {'depth': SINGLE['seg']}}),
            r'One Task\.depth: expected a config with the task depth alone, .* has seg',
        ),
        (values_of(single_task={'One Task': {}}), r'One Task: expected a config for each task'),
        (values_of(multi_task={'?': MTAN}), r"multi_task\.\?: The name '\?' must have a letter"),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)
