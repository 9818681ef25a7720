"""The scripts that start several processes, as far as they go without starting python."""

import os
import signal
import subprocess
import time

import pytest

from tests.utils.paths import REPOSITORY, TOOLS
from tests.utils.toy.toy_runs import environment, run


@pytest.mark.parametrize('name', ['dist_train', 'dist_test', 'slurm_train', 'slurm_test'])
def test_scripts_say_how_they_are_used(name, tmp_path):
    done = run(TOOLS / f'{name}.sh', 'config.py', cwd=tmp_path)
    assert done.returncode == 2
    assert f'tools/{name}.sh ' in done.stderr
    assert '#' not in done.stderr.split('tools/')[0]


@pytest.mark.parametrize('count', ['0', '-1', 'two', '2x', ''])
def test_number_of_processes(count):
    done = run(TOOLS / 'dist_train.sh', 'config.py', count)
    assert done.returncode == 2
    assert 'CONFIG NPROC' in done.stderr


@pytest.fixture
def recorded(tmp_path):
    """A command that writes down its arguments instead of doing anything."""

    def make(name):
        command = tmp_path / name
        # the free port is asked for with -c
        command.write_text(
            '#!/usr/bin/env bash\nif [[ $1 == -c ]]; then echo 4242; exit; fi\n'
            f'printf "%s\\n" "$@" "threads=$OMP_NUM_THREADS" >{tmp_path}/arguments\n'
        )
        command.chmod(0o755)
        return command

    make.arguments = lambda: (tmp_path / 'arguments').read_text().splitlines()
    return make


def test_dist_train_passes_arguments_on_as_they_are(recorded, tmp_path):
    python = recorded('python')
    done = run(
        TOOLS / 'dist_train.sh', 'a config.py', '3', '--cfg-options', 'a="b c"', cwd=tmp_path,
        PYTHON=str(python), OMP_NUM_THREADS='5',
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert recorded.arguments() == [
        str(TOOLS / '_torchrun.py'),
        '--nnodes=1',
        '--node_rank=0',
        '--master_addr=127.0.0.1',
        '--nproc_per_node=3',
        '--master_port=4242',
        str(REPOSITORY / 'tools' / 'train.py'),
        'a config.py',
        '--cfg-options',
        'a="b c"',
        '--launcher',
        'pytorch',
        'threads=5',
    ]


def test_dist_test_on_several_nodes(recorded):
    nodes = dict(NNODES='2', NODE_RANK='1', MASTER_ADDR='10.0.0.1')
    run(TOOLS / 'dist_test.sh', 'c.py', 'w.pth', '4', PYTHON=str(recorded('python')), **nodes)
    arguments = recorded.arguments()
    assert arguments[1:6] == [
        '--nnodes=2',
        '--node_rank=1',
        '--master_addr=10.0.0.1',
        '--nproc_per_node=4',
        '--master_port=29500',
    ]
    assert arguments[6:9] == [str(TOOLS / 'test.py'), 'c.py', 'w.pth']
    assert arguments[-1].startswith('threads=')
    assert int(arguments[-1].removeprefix('threads=')) >= 1


@pytest.mark.parametrize(('saves', 'code'), [('touch "$MMMTL_PREEMPTED_FILE"', 75), (':', 1)])
@pytest.mark.parametrize('number', [signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2])
def test_dist_train_passes_signals_on_and_says_whether_the_training_saved(
    tmp_path, saves, code, number
):
    # A launcher that hides what its processes return, as torchrun does
    python = tmp_path / 'python'
    python.write_text(
        '#!/usr/bin/env bash\nif [[ $1 == -c ]]; then echo 4242; exit; fi\n'
        f"trap '{saves}; exit 1' TERM\ntouch {tmp_path}/started\n"
        'while :; do sleep 0.02; done\n'
    )
    python.chmod(0o755)
    script = subprocess.Popen(
        [TOOLS / 'dist_train.sh', 'c.py', '2'], env=environment(PYTHON=str(python))
    )
    while not (tmp_path / 'started').exists():
        time.sleep(0.02)
    script.send_signal(number)
    assert script.wait(60) == code


@pytest.mark.parametrize('gres', [None, ''])
def test_slurm_options(recorded, gres):
    srun = recorded('srun')
    variables = dict(GPUS='8', GPUS_PER_NODE='4', SRUN_ARGS='--time=10 --mem=1G', PYTHON='py')
    variables |= {} if gres is None else dict(GRES=gres)
    done = run(
        TOOLS / 'slurm_test.sh', 'part', 'a job', 'c.py', 'w.pth', '--out', 'a b',
        PATH=f'{srun.parent}:{os.environ["PATH"]}', **variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert recorded.arguments()[:-1] == [
        '-p',
        'part',
        '--job-name=a job',
        *(['--gres=gpu:4'] if gres is None else []),
        '--ntasks=8',
        '--ntasks-per-node=4',
        '--cpus-per-task=5',
        '--kill-on-bad-exit=1',
        '--time=10',
        '--mem=1G',
        'py',
        '-u',
        str(TOOLS / 'test.py'),
        'c.py',
        'w.pth',
        '--out',
        'a b',
        '--launcher',
        'slurm',
    ]
