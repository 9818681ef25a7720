"""The config files that a suite names."""

from pathlib import Path

import pytest

from mmmtl_bench.suite.config_files import (
    CONFIGS,
    WEIGHTINGS,
    find_config,
    merged_config,
    read_tasks,
    read_weighting,
)

MTAN = 'mtan_segnet_cityscapes7.py'
SCHEDULE = [dict(type='PolyLR', eta_min=0.0, begin=0, end=3)]


def test_the_tasks_are_those_of_the_heads():
    assert read_tasks('mtan_segnet_nyuv2.py', {}) == ('seg', 'depth', 'normal')
    only = {'model.decode_head': dict(_delete_=True, depth=dict(type='DepthHead'))}
    assert read_tasks(MTAN, only) == ('depth',)


@pytest.mark.parametrize('heads', ["dict(type='FCNHead')", '[]', None])
def test_a_config_without_a_head_for_each_task_is_refused(tmp_path, heads):
    path = tmp_path / 'config.py'
    path.write_text('' if heads is None else f'model = dict(decode_head={heads})')
    with pytest.raises(ValueError, match=r'needs a model\.decode_head with a head for each task'):
        read_tasks(str(path), {})


def test_options_that_lead_nowhere_are_refused():
    with pytest.raises(ValueError, match='the options do not fit the config'):
        merged_config(MTAN, {'train_pipeline.7.size': 1})


def test_configs_are_not_mixed_up():
    first = merged_config(MTAN, {'model.backbone.widths': [1]})
    assert merged_config(MTAN, {}).model.backbone.get('widths') is None
    assert first.model.backbone.widths == [1]
    assert Path(first.filename).name == MTAN


def test_a_later_option_refines_an_earlier_one():
    cfg = merged_config(MTAN, {'param_scheduler': SCHEDULE, 'param_scheduler.0.end': 9})
    assert cfg.param_scheduler == [dict(type='PolyLR', eta_min=0.0, begin=0, end=9)]
    assert SCHEDULE[0]['end'] == 3


def test_configs_are_found_by_name_or_path(tmp_path, monkeypatch):
    assert find_config(MTAN) == CONFIGS / MTAN
    (tmp_path / 'mine.py').touch()
    monkeypatch.chdir(tmp_path)
    assert find_config('mine.py') == (tmp_path / 'mine.py').resolve()
    with pytest.raises(FileNotFoundError, match=r"there is no config file 'his\.py', neither in"):
        find_config('his.py')


def test_a_weighting_is_read_anew_each_time():
    weighting = read_weighting('dwa')
    assert weighting['type'] == 'DynamicWeightAverage'
    weighting['type'] = 'changed'
    assert read_weighting('dwa')['type'] == 'DynamicWeightAverage'
    names = ', '.join(sorted(path.stem for path in WEIGHTINGS.glob('*.py')))
    with pytest.raises(FileNotFoundError, match=f"no loss weighting 'no'; there are {names}"):
        read_weighting('no')
