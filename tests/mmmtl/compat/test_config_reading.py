import pytest
from mmengine.config import Config

from mmmtl.compat.config_reading import override_values, read_config


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


def test_options_override_values_one_after_the_other():
    cfg = Config(dict(a=dict(b=1), hooks=[dict(type='One')]))
    options = {'a': dict(_delete_=True, c=[1]), 'a.c': [2], 'hooks.0.type': 'Two'}
    override_values(cfg, options, 'mine.py')
    assert cfg.to_dict() == dict(a=dict(c=[2]), hooks=[dict(type='Two')])
    assert options['a'] == dict(_delete_=True, c=[1])


@pytest.mark.parametrize(
    ('key', 'reason'),
    [('hooks.9.type', 'Index 9 exceeds'), ('a.b', 'b is a dict in the child config')],
)
def test_an_option_that_does_not_fit_is_named(key, reason):
    cfg = Config(dict(a=dict(b=1), hooks=[dict(type='One')]))
    expected = rf"the options do not fit the config 'mine\.py': {key}: .*{reason}"
    with pytest.raises(ValueError, match=expected):
        override_values(cfg, {key: dict(x=1)}, 'mine.py')
