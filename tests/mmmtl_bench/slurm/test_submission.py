import sys

import pytest

from mmmtl_bench.slurm import submission
from mmmtl_bench.slurm.job_options import JobOptions
from mmmtl_bench.slurm.submission import check_slurm, last_job, submit
from tests.utils.fake_runs import fake_run, python

SBATCH = """#!/bin/sh
cp "$1" {folder}/script
n=$(($(cat {folder}/count 2>/dev/null || echo 40) + 1))
echo $n >{folder}/count
echo "Submitted batch job $n"
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


def test_what_sbatch_refuses_is_one_line(commands, tmp_path):
    said = 'sbatch: error: invalid partition specified: gpu'
    (commands / 'sbatch').write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    with pytest.raises(ValueError, match=f'^--executor slurm: {said}$'):
        submit(runs_of(tmp_path, 2), tmp_path / 'runs', JobOptions('gpu'))


def test_without_slurm_or_submitit(commands, monkeypatch, tmp_path):
    (commands / 'sbatch').unlink()
    monkeypatch.setenv('PATH', str(commands))
    with pytest.raises(ValueError, match='there is no sbatch on this machine'):
        check_slurm()
    monkeypatch.setitem(sys.modules, 'submitit', None)
    with pytest.raises(ValueError, match=r"needs submitit: pip install 'submitit>=1\.5\.4'"):
        check_slurm()
    assert last_job(runs_of(tmp_path, 1)[0]) is None
