"""Configs of a suite, and what overrides their values."""

import pytest

from mmmtl_bench.suite.config_files import CONFIGS
from tests.utils.suite_values import MTAN, values_of


def test_options_closer_to_the_run_win(read):
    options = [{'train_cfg.max_epochs': n, f'only_{n}': n} for n in (1, 2, 3)]
    values = values_of(
        cfg_options=options[0], multi_task={'MTAN': {'config': MTAN, 'cfg_options': options[2]}}
    )
    values['tables'][0]['cfg_options'] = options[1]
    single, *_, multi = read(values).specs()
    assert single.cfg_options['train_cfg.max_epochs'] == 2
    assert multi.cfg_options['train_cfg.max_epochs'] == 3
    assert {'only_1', 'only_2', 'only_3'} <= set(multi.cfg_options)
    assert 'only_3' not in single.cfg_options
    values['overrides'] = {'train_cfg.max_epochs': 9}
    assert {spec.cfg_options['train_cfg.max_epochs'] for spec in read(values).specs()} == {9}


def test_configs_may_be_paths(read, tmp_path):
    path = tmp_path / 'mine.py'
    path.write_text(f"_base_ = ['{CONFIGS / MTAN}']\n")
    assert read(values_of(multi_task={'MTAN': str(path)})).specs()[-1].config == str(path)


@pytest.mark.parametrize(
    ('values', 'message'),
    [
        (
            values_of(cfg_options={'train_pipeline.9.size': 3}),
            r"One Task\.seg: the options do not fit the config 'segnet.*: .*Index 9 exceeds",
        ),
        (
            values_of(single_task={'One Task': {'seg': {'cfg_options': {}}}}),
            r'single_task\.One Task\.seg: config is missing\.$',
        ),
    ],
)
def test_mistakes_are_one_line_with_their_place(read, values, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(values)
    assert '\n' not in str(caught.value)


def test_a_missing_config_is_named(read):
    with pytest.raises(
        FileNotFoundError,
        match=r"multi_task\.MTAN: there is no config file 'nothing\.py'",
    ):
        read(values_of(multi_task={'MTAN': 'nothing.py'}))
