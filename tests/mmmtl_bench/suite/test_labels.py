"""Which loss weightings a table and its entries have."""

import pytest

from tests.utils.suite_values import MTAN, values_of


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (
            values_of() | {'tables': [values_of()['tables'][0] | {'weightings': ['dwa']}]},
            r'tables\[0\]\.weightings: unknown label dwa; .* are equal, dwa \(T=20\)',
        ),
        (
            values_of(multi_task={'MTAN': {'config': MTAN, 'weightings': ['equal', 'no']}}),
            r'multi_task\.MTAN\.weightings: unknown label no; .* are equal, dwa \(T=20\)\.$',
        ),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)
