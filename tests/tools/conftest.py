import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from tests.utils.paths import TOOLS


class Stop(Exception):
    """Ends a tool before it builds anything."""


@pytest.fixture
def checkpoint(tmp_path):
    torch.save(dict(state_dict={}), tmp_path / 'weights.pth')
    return str(tmp_path / 'weights.pth')


@pytest.fixture
def config_of(monkeypatch):
    """Runs tools/train.py or test.py up to where it would build the runner; gives the config."""

    def run_until_build(name, *args):
        spec = importlib.util.spec_from_file_location(f'tools_{name}', TOOLS / f'{name}.py')
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        built = []

        def stop(cfg):
            built.append(cfg)
            raise Stop

        monkeypatch.setattr(module, 'build_runner', stop)
        monkeypatch.setattr(sys, 'argv', [name, *map(str, args)])
        monkeypatch.setenv('LOCAL_RANK', '0')
        with pytest.raises(Stop):
            module.main()
        return built[0]

    return run_until_build


@pytest.fixture(scope='module')
def two_at_once():
    """Starts up to two processes at once."""
    with ThreadPoolExecutor(2) as pool:
        yield pool
