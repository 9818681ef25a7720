"""The command benchmark as users start it: finished, repeated, killed, resumed, failing."""

import json
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path

import pytest
import torch
import yaml

from mmmtl.commands.program import add_command
from mmmtl.compat.checkpoint import read_checkpoint
from mmmtl_bench.commands import benchmark as benchmark_command
from tests.utils.paths import REPOSITORY, TOOLS
from tests.utils.toy.toy_runs import environment

pytestmark = pytest.mark.e2e

SIZE = [32, 64]
WIDTHS = [4, 4, 4, 4, 4]
SPLIT = 'streets7/split/equal/seed0'
BROKEN = 'streets7/one-task-seg/seed0'
PATIENCE = 600.0  # seconds, on a busy machine


def heads(*tasks):
    return {
        f'model.decode_head.{task}.{key}': 4
        for task in tasks
        for key in ('in_channels', 'channels')
    }


def suite_of(data_root):
    loaders = ('train_dataloader', 'val_dataloader', 'test_dataloader')
    return {
        'title': 'Toy benchmark',
        'synthetic': True,
        'data': [{'scenes': 'streets', 'path': str(data_root), 'train': 6, 'val': 2, 'size': SIZE}],
        'cfg_options': {
            **{f'{loader}.dataset.data_root': str(data_root) for loader in loaders},
            **{f'{loader}.dataset.pipeline.2.size': SIZE for loader in loaders},
            **{f'{loader}.batch_size': 2 for loader in loaders},
            **{f'{loader}.num_workers': 0 for loader in loaders},
            'model.backbone.widths': WIDTHS,
            'train_cfg.max_epochs': 3,
            'default_hooks.logger.interval': 1,
            'optim_wrapper.optimizer.lr': 0.01,
        },
        'weightings': {'equal': 'equal'},
        'tables': [
            {
                'title': 'Rendered streets',
                'dataset': 'streets7',
                'baseline': 'One Task',
                'single_task': {
                    'One Task': {
                        'seg': {
                            'config': 'segnet_cityscapes7-seg.py',
                            'cfg_options': {
                                **heads('seg'),
                                'train_dataloader.dataset.data_root': 'nowhere',
                            },
                        }
                    }
                },
                'multi_task': {
                    'Split': {
                        'config': 'split_segnet_cityscapes7.py',
                        'cfg_options': heads('seg', 'depth'),
                    }
                },
            }
        ],
    }


def command_of(suite, work_dir, *options):
    tool = str(TOOLS / 'benchmark.py')
    return [sys.executable, tool, str(suite), '--work-dir', str(work_dir), '--jobs', '2', *options]


@pytest.fixture(scope='module')
def benchmark(tmp_path_factory):
    """A benchmark with a run that fails: the suite's file, its folder and what was printed."""
    root = tmp_path_factory.mktemp('benchmark')
    suite = root / 'suite.yaml'
    suite.write_text(yaml.safe_dump(suite_of(root / 'streets'), sort_keys=False))
    done = subprocess.run(
        command_of(suite, root / 'runs'),
        cwd=REPOSITORY,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return suite, root / 'runs', done


@pytest.fixture
def call(monkeypatch, capsys):
    """Calls the tool in this process, where no run of its own can start."""

    def call(*command):
        def refuse(*args, **kwargs):
            raise AssertionError('a process was started')

        monkeypatch.setattr('mmmtl_bench.run.run_process.subprocess.Popen', refuse)
        monkeypatch.setattr(sys, 'argv', list(command[1:]))
        handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        try:
            parser = ArgumentParser()
            add_command(parser, benchmark_command)
            code = benchmark_command.run(parser.parse_args(command[2:]))
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
        return code, capsys.readouterr().out

    return call


def test_one_failure_leaves_the_others_finished(benchmark):
    _, work_dir, done = benchmark
    assert done.returncode == 1, done.stdout + done.stderr
    files = {path.name for path in (work_dir / SPLIT).iterdir()}
    assert {'spec.json', 'record.json', 'run.log', 'panels.npz', 'epoch_3.pth'} <= files
    assert not files & {'epoch_1.pth', 'epoch_2.pth'}
    assert f'{SPLIT}: finished after' in done.stdout
    assert not (work_dir / BROKEN / 'record.json').exists()
    end = done.stdout[done.stdout.index(f'{work_dir / BROKEN}: failed, exit code 1. ') :]
    assert '    error: ' in end
    assert 'nowhere' in end
    assert '1 of 2 runs failed, the others are finished.' in end
    assert end.rstrip().endswith('--resume')


def test_each_run_is_a_normal_run_with_its_options(benchmark):
    _, work_dir, _ = benchmark
    folder = work_dir / SPLIT
    (scalars,) = folder.glob('*/vis_data/scalars.json')
    lines = [json.loads(line) for line in scalars.read_text().splitlines()]
    losses = [line['seg/val_loss'] for line in lines if 'seg/val_loss' in line]
    assert len(losses) == 3
    assert len([line for line in lines if 'seg/mIoU' in line]) == 3
    log = (folder / 'run.log').read_text()
    assert f'mmmtl train {folder}/config/experiment.py --work-dir {folder} --resume' in log
    assert f'mmmtl_bench.commands.describe {folder}\n' in log
    assert json.loads((folder / 'record.json').read_text())['spec']['architecture'] == 'Split'


def test_finished_runs_are_not_repeated(benchmark, call):
    suite, work_dir, _ = benchmark
    record = work_dir / SPLIT / 'record.json'
    before = record.stat().st_mtime_ns
    code, text = call(*command_of(suite, work_dir, '--resume', '--only', 'split/*/seed0'))
    assert code == 0
    assert 'All 1 runs are finished' in text
    assert record.stat().st_mtime_ns == before
    assert (work_dir / 'suite.yaml').read_text() == suite.read_text()


def test_what_is_there_is_not_touched_by_accident(benchmark, call):
    suite, work_dir, _ = benchmark
    with pytest.raises(ValueError, match=r'1 finished and 1 not\. Add --resume'):
        call(*command_of(suite, work_dir))
    epochs = ('--cfg-options', 'train_cfg.max_epochs=7')
    with pytest.raises(ValueError, match=r'train_cfg\.max_epochs is 3 and 7\. Choose another'):
        call(*command_of(suite, work_dir, '--resume', *epochs))
    with pytest.raises(ValueError, match='--only nothing: expected a part of a folder such as'):
        call(*command_of(suite, work_dir, '--resume', '--only', 'nothing'))
    with pytest.raises(ValueError, match='--seeds: expected different integers'):
        call(*command_of(suite, work_dir, '--resume', '--seeds', '1', '1'))


def test_a_dry_run_lists_and_starts_nothing(benchmark, call, tmp_path):
    suite, work_dir, _ = benchmark
    code, text = call(*command_of(suite, work_dir, '--dry-run'))
    assert code == 0
    assert text.splitlines() == [
        f'{BROKEN}: waiting, segnet_cityscapes7-seg.py',
        f'{SPLIT}: finished, split_segnet_cityscapes7.py',
        '2 runs, 1 finished.',
    ]
    _, text = call(*command_of(suite, tmp_path / 'new', '--dry-run', '--seeds', '4', '5'))
    assert text.splitlines()[-1] == '4 runs, 0 finished.'
    assert not (tmp_path / 'new').exists()


def test_an_interruption_says_how_to_go_on(benchmark, call, monkeypatch):
    suite, work_dir, _ = benchmark

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(benchmark_command, 'run_all', interrupt)
    command = command_of(suite, work_dir, '--resume', '--only', 'split')
    code, text = call(*command)
    assert code == 130
    assert text == f'Interrupted. To go on:\n  python {" ".join(command[1:])}\n'


# Killed in the middle


def wait_for(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def process_of(text):
    """The process that has a text in its command line."""
    for path in Path('/proc').glob('[0-9]*/cmdline'):
        try:
            if text.encode() in path.read_bytes() and b'train' in path.read_bytes():
                return int(path.parent.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return None


def test_a_killed_benchmark_goes_on_and_ends_the_same(benchmark, tmp_path):
    """The benchmark is killed, its child lives on for a while, and is then killed too."""
    suite, finished, _ = benchmark
    work_dir = tmp_path / 'runs'
    folder = work_dir / SPLIT
    only = ('--only', 'split/equal')

    def start(*options, output):
        return subprocess.Popen(
            command_of(suite, work_dir, *only, *options),
            cwd=REPOSITORY,
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        )

    first = start(output=subprocess.DEVNULL)
    wait_for((folder / 'epoch_1.pth').exists, 'no first epoch')
    child = process_of(str(folder))
    os.kill(child, signal.SIGSTOP)  # in the middle, for as long as this test needs
    first.kill()
    first.wait()
    assert not (folder / 'epoch_3.pth').exists()

    said = tmp_path / 'output'
    with said.open('w') as output:
        second = start('--resume', output=output)
    wait_for(lambda: 'held elsewhere' in said.read_text(), 'it was not noticed')
    assert process_of(str(folder)) == child
    os.kill(child, signal.SIGKILL)
    assert second.wait(PATIENCE) == 0, said.read_text()

    starts = (folder / 'run.log').read_text().count(' -m mmmtl train ')
    assert starts == 2
    assert 'Resuming from the latest checkpoint' in (folder / 'run.log').read_text()
    whole, resumed = (
        read_checkpoint(str(root / SPLIT / 'epoch_3.pth'))['state_dict']
        for root in (finished, work_dir)
    )
    assert whole.keys() == resumed.keys()
    for name, value in whole.items():
        assert torch.equal(value, resumed[name]), name
