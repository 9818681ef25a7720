"""Runs of the toy experiment, in this process or as a user would start them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import torch

from mmmtl.apis.launch import build_runner, load_config
from mmmtl.compat.checkpoint import load_from_local
from tests.utils.paths import REPOSITORY, TOOLS

TOY = Path(__file__).parent
CONFIG = TOY / 'toy_config.py'
ITER_CONFIG = TOY / 'toy_iter_config.py'
TIMEOUT = 600  # seconds, on a busy machine


def toy_runner(work_dir, config=CONFIG, **options):
    """Builds a runner here; double underscores in the options stand for dots."""
    options = {key.replace('__', '.'): value for key, value in options.items()}
    # mmengine keeps loggers and message hubs by the experiment's name and the second of its start.
    options['experiment_name'] = '_'.join(Path(work_dir).parts[-2:])
    return build_runner(load_config(config, options, work_dir))


def environment(**variables):
    paths = [str(REPOSITORY), os.environ.get('PYTHONPATH', '')]
    cleared = ('LOCAL_RANK', 'OMP_NUM_THREADS', 'DISPLAY', 'MMMTL_TRACEBACK')
    kept = {key: value for key, value in os.environ.items() if key not in cleared}
    return {
        **kept,
        'PYTHONPATH': os.pathsep.join(filter(None, paths)),
        'PYTHON': sys.executable,
        **variables,
    }


def run(*command, cwd=REPOSITORY, **variables):
    """Runs a command in a process of its own, its output as text."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )


def run_tool(name, *args, **variables):
    """Runs tools/NAME.py."""
    return run(sys.executable, TOOLS / f'{name}.py', *args, **variables)


def output(result):
    return result.stdout + result.stderr


def read_trace(path, rank=0):
    """Gives what each iteration saw: the last record, where an iteration was run twice."""
    lines = Path(f'{path}.{rank}').read_text().splitlines()
    return {record['iter']: record for record in map(json.loads, lines)}


def assert_same_weights(first, second):
    """Compares two checkpoints bit by bit: weights, statistics and momentum."""
    first, second = load_from_local(str(first)), load_from_local(str(second))
    assert first['meta']['epoch'] == second['meta']['epoch']
    assert first['meta']['iter'] == second['meta']['iter']
    for name, value in first['state_dict'].items():
        assert torch.equal(value, second['state_dict'][name]), name
    states = first['optimizer']['state'], second['optimizer']['state']
    assert states[0].keys() == states[1].keys()
    for key, state in states[0].items():
        assert torch.equal(state['momentum_buffer'], states[1][key]['momentum_buffer']), key
