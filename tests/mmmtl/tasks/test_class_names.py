import pytest

from mmmtl.tasks.class_names import checked_class_names


def test_names_become_texts():
    assert checked_class_names('digits', range(3), least=2, most=None) == ('0', '1', '2')


@pytest.mark.parametrize(
    ('given', 'most', 'expected'),
    [
        ('sun', None, "a list of names, found 'sun'."),
        (7, None, 'a list of names, found 7.'),
        (['sun'], None, 'at least 2 names, found 1.'),
        (list('abc'), 2, '2 to 2 names, found 3.'),
        (list('abcab'), None, "different names, found ['a', 'b'] twice."),
    ],
)
def test_what_are_no_names_is_said(given, most, expected):
    with pytest.raises(ValueError, match='classes') as raised:
        checked_class_names('weather', given, least=2, most=most)
    assert str(raised.value) == f'tasks.weather.classes: expected {expected}'
