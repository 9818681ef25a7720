from __future__ import annotations

from pathlib import Path

import pytest

from mmmtl_scenes.writers.cityscapes import StreetSceneSet, write_street_scenes
from tests.utils.paths import TOOLS
from tests.utils.scene_files import read_all, run_in

TOOL = str(TOOLS / 'dataset_converters' / 'make_street_scenes.py')


@pytest.mark.e2e
def test_several_processes_give_the_same_bytes_and_another_set_is_refused(tmp_path: Path) -> None:
    scenes = StreetSceneSet(size=(16, 32), train=46, val=2, seed=5)
    write_street_scenes(tmp_path / 'one', scenes, workers=1, progress=False)
    arguments = ('two', '--size', '16x32', '--train', '46', '--val', '2', '--workers', '2')
    done = run_in(tmp_path, TOOL, *arguments, '--seed', '5', '--quiet')
    assert done.returncode == 0, done.stderr
    assert read_all(tmp_path / 'two') == read_all(tmp_path / 'one')
    refused = run_in(tmp_path, TOOL, *arguments, '--seed', '6')
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1].startswith('make_street_scenes.py: error: two holds')
    assert 'seed is 5, expected 6' in refused.stderr
