from argparse import ArgumentParser
from importlib import import_module

import pytest
import torch

from mmmtl.__main__ import COMMANDS
from mmmtl.commands.program import add_command
from tests.mmmtl.apis.conftest import folder, images, inferencer, small_model  # noqa: F401


class Stop(Exception):
    """Ends a tool before it builds anything."""


@pytest.fixture
def checkpoint(tmp_path):
    torch.save(dict(state_dict={}), tmp_path / 'weights.pth')
    return str(tmp_path / 'weights.pth')


@pytest.fixture
def config_of(monkeypatch):
    """Runs a command up to where it would build the runner; gives the config."""

    def run_until_build(name, *args):
        module = import_module(COMMANDS[name].module)
        built = []

        def stop(cfg):
            built.append(cfg)
            raise Stop

        monkeypatch.setattr(module, 'build_runner', stop)
        if hasattr(module, 'refuse_problems'):  # tests/mmmtl/checks has them
            monkeypatch.setattr(module, 'refuse_problems', lambda cfg, phases: None)
        monkeypatch.setenv('LOCAL_RANK', '0')
        parser = ArgumentParser()
        add_command(parser, module)
        with pytest.raises(Stop):
            module.run(parser.parse_args(list(map(str, args))))
        return built[0]

    return run_until_build
