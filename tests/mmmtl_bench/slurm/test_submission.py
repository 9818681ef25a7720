import dataclasses
import sys

import pytest

from mmmtl_bench.run.work_dir import check_work_dir
from mmmtl_bench.slurm import run_on_slurm, submission
from mmmtl_bench.slurm.job_options import JobOptions
from mmmtl_bench.slurm.submission import check_slurm, last_job, submit
from mmmtl_bench.suite.run_spec import read_spec
from tests.utils.fake_runs import View, fake_run, python

SBATCH = """#!/bin/sh
cp "$1" {folder}/script
n=$(($(cat {folder}/count 2>/dev/null || echo 40) + 1))
echo $n >{folder}/count
echo "Submitted batch job $n"
"""

INTERRUPTED = """#!{python} -S
import os, signal, time
for process in (os.getpid(), os.getppid()):  # as Ctrl-C does: all that the terminal has
    os.kill(process, signal.SIGINT)
time.sleep(0.2)
print('Submitted batch job 41')
"""


@pytest.fixture
def commands(tmp_path, monkeypatch):
    """Stand-ins for Slurm's commands."""
    pytest.importorskip('submitit')
    folder = tmp_path / 'bin'
    folder.mkdir()
    for name in ('sbatch', 'squeue', 'srun'):
        (folder / name).write_text(SBATCH.format(folder=folder))
        (folder / name).chmod(0o755)
    monkeypatch.setenv('PATH', f'{folder}:/usr/bin:/bin')
    return folder


def runs_of(tmp_path, number):
    return [fake_run(tmp_path, python(''), seed=seed) for seed in range(number)]


def test_an_array_with_what_it_asks_for(commands, tmp_path):
    check_slurm()
    runs = runs_of(tmp_path, 3)
    options = JobOptions('gpu', 90, 'gpu:1', 2, {'account': 'lab', 'cpus-per-task': '4'})
    jobs = submit(runs, tmp_path / 'runs', options)
    assert jobs == {str(run.folder): f'41_{index}' for index, run in enumerate(runs)}
    assert [last_job(run) for run in runs] == ['41_0', '41_1', '41_2']
    script = (commands / 'script').read_text()
    for line in ('partition=gpu', 'time=90', 'gres=gpu:1', 'array=0-2%2', 'requeue', 'account=lab',
                 'signal=USR2@90', 'cpus-per-task=4', 'job-name=mmmtl'):  # fmt: skip
        assert f'#SBATCH --{line}\n' in script
    assert ' --cpus-per-task=4 ' in script.partition('# command')[2]


def test_more_than_an_array_can_have(commands, tmp_path, monkeypatch):
    monkeypatch.setattr(submission, '_ARRAY', 2)
    jobs = submit(runs_of(tmp_path, 3), tmp_path / 'runs', JobOptions())
    assert list(jobs.values()) == ['41_0', '41_1', '42']
    assert submit([], tmp_path / 'runs', JobOptions()) == {}


def test_an_array_is_submitted_before_an_interruption(commands, tmp_path, monkeypatch):
    monkeypatch.setattr(submission, '_ARRAY', 2)
    (commands / 'sbatch').write_text(INTERRUPTED.format(python=sys.executable))
    monkeypatch.setattr(run_on_slurm, 'job_states', dict)
    runs = runs_of(tmp_path, 3)
    with pytest.raises(run_on_slurm.JobsGoOnError, match='the jobs go on.*\n  scancel 41$'):
        run_on_slurm.run_on_slurm(runs, tmp_path / 'runs', JobOptions(), View())
    assert [last_job(run) for run in runs] == ['41_0', '41_1', None]


def test_other_values_are_seen_while_a_job_waits(commands, tmp_path):
    (run,) = runs_of(tmp_path, 1)
    submit([run], tmp_path / 'runs', JobOptions())
    assert read_spec(run.folder) == run.spec
    with pytest.raises(ValueError, match='has runs already, 0 finished and 1 not'):
        check_work_dir(tmp_path / 'runs', [run.spec], resume=False)
    other = dataclasses.replace(run.spec, cfg_options={'train_cfg.max_epochs': 9})
    with pytest.raises(ValueError, match='made with other values'):
        check_work_dir(tmp_path / 'runs', [other], resume=True)


def test_variables_do_not_change_what_is_submitted(commands, tmp_path, monkeypatch):
    (commands / 'sbatch').write_text(f'#!/bin/sh\nenv >{commands}/env\necho "job 4"\n')
    for name in ('SBATCH_PARTITION', 'SBATCH_TIMELIMIT', 'SBATCH_ACCOUNT', 'SLURM_NTASKS'):
        monkeypatch.setenv(name, 'x')
    submit(runs_of(tmp_path, 1), tmp_path / 'runs', JobOptions('gpu'))
    seen = (commands / 'env').read_text()
    assert 'SBATCH_ACCOUNT=x' in seen
    assert 'SBATCH_PARTITION' not in seen
    assert 'SBATCH_TIMELIMIT' not in seen
    assert 'SLURM_NTASKS' not in seen


def test_the_second_array_is_refused(commands, tmp_path, monkeypatch):
    monkeypatch.setattr(submission, '_ARRAY', 2)
    text = (
        '#!/bin/sh\n[ -e {0} ] && echo "sbatch: error: full" >&2 && exit 1\ntouch {0}; echo job 4\n'
    )
    (commands / 'sbatch').write_text(text.format(commands / 'once'))
    with pytest.raises(ValueError, match=r'sbatch: error: full 2 runs were submitted before'):
        submit(runs_of(tmp_path, 3), tmp_path / 'runs', JobOptions())


def test_an_answer_that_has_no_number(commands, tmp_path):
    (commands / 'sbatch').write_text('#!/bin/sh\necho nothing\n')
    with pytest.raises(ValueError, match='^--executor slurm: .*nothing'):
        submit(runs_of(tmp_path, 1), tmp_path / 'runs', JobOptions())


@pytest.mark.parametrize(
    ('said', 'more'),
    [
        ('sbatch: error: invalid partition specified: gpu', ''),
        ("sbatch: unrecognized option '--gpu=1'", 'Try sbatch --help'),
    ],
)
def test_what_sbatch_refuses_is_one_line(commands, tmp_path, capsys, said, more):
    text = f'#!/bin/sh\necho "{said}" >&2\necho "{more}" >&2\nexit 1\n'
    (commands / 'sbatch').write_text(text)
    with pytest.raises(ValueError, match=f'^--executor slurm: {said}$'):
        submit(runs_of(tmp_path, 2), tmp_path / 'runs', JobOptions('gpu'))
    assert capsys.readouterr().err == ''


def test_a_folder_that_slurm_would_call_otherwise(commands, tmp_path):
    with pytest.raises(ValueError, match=r'--work-dir: expected a path without %, .*/50%u'):
        submit(runs_of(tmp_path, 1), tmp_path / '50%u', JobOptions())


def test_without_slurm_or_submitit(commands, monkeypatch, tmp_path):
    (commands / 'sbatch').unlink()
    monkeypatch.setenv('PATH', str(commands))
    with pytest.raises(ValueError, match='there is no sbatch on this machine'):
        check_slurm()
    monkeypatch.setitem(sys.modules, 'submitit', None)
    with pytest.raises(ValueError, match=r"needs submitit: pip install 'submitit>=1\.5\.4'"):
        check_slurm()
    assert last_job(runs_of(tmp_path, 1)[0]) is None
