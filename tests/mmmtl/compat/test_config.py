import sys
from importlib import metadata
from pathlib import Path

import mmengine
import mmseg
import pytest
from mmengine.config import Config
from mmengine.config import config as mmengine_config
from yapf.yapflib.yapf_api import FormatCode

from mmmtl.compat import config as config_patch
from mmmtl.compat.config import get_installed_path, is_installed
from tests.utils.toy.toy_runs import output, run

INHERIT = "_base_ = 'mmseg::_base_/models/fcn_unet_s5-d16.py'\nmodel = dict(train_cfg=dict(a=1))\n"
HIDE = """
import sys


class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] == 'pkg_resources':
            raise ModuleNotFoundError(f'No module named {name!r}')


sys.meta_path.insert(0, Hide())
"""
READ = """
import mmmtl
from mmengine.config import Config

print('type:', Config.fromfile(sys.argv[1]).model.type)
try:
    import pkg_resources
except ModuleNotFoundError:
    print('hidden')
"""


def test_packages_that_are_installed():
    assert is_installed('mmengine')
    assert is_installed('mmcv')  # a module; its distribution is mmcv-lite
    assert is_installed('onedl-mmsegmentation') or is_installed('mmsegmentation')
    assert not is_installed('no_such_package')


def test_paths():
    assert get_installed_path('mmengine') == str(Path(mmengine.__file__).parent)
    assert get_installed_path('mmseg') == str(Path(mmseg.__file__).parent)


def test_path_of_a_distribution_with_another_name():
    owners = metadata.packages_distributions()['mmseg']
    assert get_installed_path(owners[0]) == str(Path(mmseg.__file__).parent)


def test_path_of_a_missing_package():
    with pytest.raises(ModuleNotFoundError, match='no_such_package is not installed'):
        get_installed_path('no_such_package')


def test_path_of_a_namespace_package(tmp_path, monkeypatch):
    (tmp_path / 'mmmtl_namespace').mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert not is_installed('mmmtl_namespace')
    with pytest.raises(RuntimeError, match='namespace'):
        get_installed_path('mmmtl_namespace')


def test_mmengine_uses_the_replacements():
    assert mmengine_config.is_installed is is_installed
    assert mmengine_config.get_installed_path is get_installed_path


def test_inheriting_from_mmseg(tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(INHERIT)
    assert Config.fromfile(config).model.type == 'EncoderDecoder'
    assert Config.fromfile(config).model.train_cfg.a == 1


@pytest.mark.e2e
def test_inheriting_without_pkg_resources(tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(INHERIT)
    done = run(sys.executable, '-c', HIDE + READ, config)
    assert done.stdout.splitlines()[-2:] == ['type: EncoderDecoder', 'hidden'], output(done)


def test_a_config_is_formatted_once(monkeypatch):
    formatted = []

    def format_code(text, style_config):
        formatted.append(text)
        return FormatCode(text, style_config=style_config)

    monkeypatch.setattr(config_patch, 'FormatCode', format_code)
    cfg = Config(dict(numbers=list(range(60)), name='once'))
    text = cfg.pretty_text
    assert max(map(len, text.splitlines())) < 80
    assert (cfg.pretty_text, len(formatted)) == (text, 1)
    cfg.name = 'twice'
    assert "name = 'twice'" in cfg.pretty_text
    assert len(formatted) == 2
