import re

import pytest
from mmengine.config import Config
from mmengine.hub import get_config

import mmmtl
from mmmtl.shipped_files import find_config, find_suite
from tests.utils.paths import CONFIGS, REPOSITORY


def test_configs_are_listed_by_pattern():
    assert mmmtl.list_configs() == sorted(path.name for path in CONFIGS.glob('*.py'))
    names = mmmtl.list_configs('mtan*')
    assert 'mtan_segnet_cityscapes7.py' in names
    assert all(name.startswith('mtan') for name in names)
    assert mmmtl.list_configs('nothing') == []


def test_suites_are_listed():
    assert mmmtl.list_suites() == sorted(path.name for path in (REPOSITORY / 'suites').iterdir())


def test_names_are_found():
    assert find_config('mmmtl::_base_/weightings/dwa.py') == CONFIGS / '_base_/weightings/dwa.py'
    assert find_suite('mmmtl::mtunet.yaml') == REPOSITORY / 'suites' / 'mtunet.yaml'
    path = CONFIGS / 'mtan_segnet_nyuv2.py'
    assert find_config(path) == find_config(str(path)) == path


@pytest.mark.parametrize(
    ('find', 'name', 'message'),
    [
        (find_config, 'mine.py', "There is no config file 'mine.py'."),
        (
            find_suite,
            'mmmtl::embeded.yaml',
            "no suite of the package 'mmmtl::embeded.yaml'. Is it mmmtl::embedded.yaml",
        ),
        (find_config, 'mmmtl::xyz', "There is no config of the package 'mmmtl::xyz'."),
    ],
)
def test_what_is_not_there_is_named(find, name, message):
    with pytest.raises(FileNotFoundError, match=re.escape(message)):
        find(name)


def test_an_installed_package_has_them_beside_it(tmp_path, monkeypatch):
    for name in ('configs/one.py', 'suites/two.yaml'):
        path = tmp_path / '.mim' / name
        path.parent.mkdir(parents=True)
        path.write_text('')
    monkeypatch.setattr('mmmtl.shipped_files._PACKAGE', tmp_path)
    assert mmmtl.list_configs() == ['one.py']
    assert find_suite('mmmtl::two.yaml') == tmp_path / '.mim' / 'suites' / 'two.yaml'


def test_mmengine_gets_a_config_by_name():
    cfg = get_config('mmmtl::split_segnet_cityscapes2.py')
    assert cfg.to_dict() == Config.fromfile(CONFIGS / 'split_segnet_cityscapes2.py').to_dict()
    with pytest.raises(AssertionError, match='Weights'):
        get_config('mmmtl::split_segnet_cityscapes2.py', pretrained=True)
