"""Runs of a benchmark whose commands are over in a moment."""

import sys
import time
from pathlib import Path

from mmmtl_bench.run.benchmark_run import BenchmarkRun
from mmmtl_bench.run.scheduler import run_all
from mmmtl_bench.run.slots import Slot
from mmmtl_bench.suite.run_spec import RunSpec

CONFIG = """
model = dict(decode_head=dict(seg=dict(type='A', size=(1, 2)), depth=dict(type='B')))
train_cfg = dict(max_epochs=4)
val_evaluator = [dict(type='IoUMetric')]
custom_hooks = [dict(type='EpochSeedHook')]
"""
RECORD = """
import json, os, pathlib, sys, time
folder = pathlib.Path(sys.argv[1])
spec = json.loads((folder / 'spec.json').read_text())
def finish():
    (folder / 'record.json').write_text(json.dumps({'spec': spec}))
"""


def python(text):
    """Gives what makes the commands of a run that is a Python script."""

    def commands(folder):
        return [[sys.executable, '-S', '-c', RECORD + text, str(folder)]]

    return commands


def write_config(folder):
    path = folder / 'fake_config.py'
    path.write_text(CONFIG)
    return str(path)


def spec_of(config, architecture='MTAN', seed=0, **options):
    tasks = ('seg', 'depth')
    return RunSpec('toys', architecture, tasks, 'equal', seed, config, options)


def fake_run(root, commands, architecture='MTAN', seed=0):
    """A run in the folder root/runs."""
    root.mkdir(exist_ok=True)
    spec = spec_of(write_config(root), architecture, seed)
    return BenchmarkRun(spec, root / 'runs', commands)


def write_scalars(folder, *lines, start='20260101_000000'):
    """Appends lines to what mmengine logs of a run."""
    path = folder / start / 'vis_data' / 'scalars.json'
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('a') as stream:
        stream.writelines(f'{line}\n' for line in lines)
    return path


def epoch_is_over(run, number):
    """Lets the log say that an epoch was validated, and the run notice it."""
    write_scalars(run.folder, f'{{"seg/mIoU": 40, "step": {number}}}')
    assert not run.poll()


def is_alive(pid):
    """Whether a process runs; one that has ended but was not waited for does not."""
    try:
        return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()[0] != 'Z'
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=20.0, pause=0.01):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, 'nothing happened'
        time.sleep(pause)


class View:
    """Keeps what it was shown."""

    def __init__(self, action=None):
        self.action = action
        self.states = []

    def show(self, runs, slots):
        self.states.append([run.state for run in runs])
        if self.action is not None:
            self.action(runs)


CPU = Slot('CPU 0')


def work(runs, slots=(CPU,), action=None):
    """Runs all, and gives what a view was shown."""
    view = View(action)
    run_all(runs, slots, view, poll_seconds=0.01)
    return view
