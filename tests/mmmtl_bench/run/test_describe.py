"""Parts of the record of a run; whole ones are made in tests/tools."""

import os

import pytest

from mmmtl_bench.run.describe import describe_run, find_dumped_config


def test_the_config_of_the_last_start_is_found(tmp_path):
    for start in ('20250101_000000', '20250103_000000', '20250102_000000'):
        path = tmp_path / start / 'vis_data' / 'config.py'
        path.parent.mkdir(parents=True)
        path.touch()
    os.utime(tmp_path / '20250101_000000' / 'vis_data' / 'config.py')
    assert find_dumped_config(tmp_path).parts[-3] == '20250103_000000'


def test_a_folder_without_a_config_or_a_spec_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match='expected <time>/vis_data/config.py'):
        find_dumped_config(tmp_path)
    with pytest.raises(FileNotFoundError, match='is no folder of a run'):
        describe_run(tmp_path)
