import pytest

from mmmtl.compat.config_reading import read_config


@pytest.mark.parametrize(
    ('text', 'error', 'message'),
    [
        (
            'a = 1\nb = dict(\n',
            ValueError,
            r'wrong\.py, line 2: .*was never closed',
        ),
        ('a = 1\nb = a / 0\n', ValueError, r'wrong\.py, line 2: ZeroDivisionError'),
        ('a = 1\n\nb = unknown\n', ValueError, r"wrong\.py, line 3: NameError: .*'unknown'"),
        ("_base_ = ['nowhere.py']\n", FileNotFoundError, r'wrong\.py: .*nowhere\.py'),
    ],
)
def test_the_file_and_the_line_are_named(tmp_path, text, error, message):
    path = tmp_path / 'wrong.py'
    path.write_text(text)
    with pytest.raises(error, match=message):
        read_config(path)


def test_a_base_is_named_and_not_what_inherits_from_it(tmp_path):
    (tmp_path / 'base.py').write_text('a = 1\nb = = 2\n')
    (tmp_path / 'mine.py').write_text("_base_ = ['base.py']\n")
    with pytest.raises(ValueError, match=r'base\.py, line 2: invalid syntax'):
        read_config(tmp_path / 'mine.py')


def test_a_file_that_is_not_there():
    with pytest.raises(FileNotFoundError, match=r"no config file 'nowhere\.py'"):
        read_config('nowhere.py')
