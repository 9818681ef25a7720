"""Runs as jobs of a real Slurm, with trainings that are over in a moment."""

import pytest

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.slurm import run_on_slurm as module
from mmmtl_bench.slurm.job_options import JobOptions
from mmmtl_bench.slurm.run_on_slurm import JobsGoOnError, run_on_slurm
from mmmtl_bench.slurm.submission import last_job
from tests.utils.fake_runs import View, fake_run, python

pytestmark = pytest.mark.e2e

TRAINING = """
import signal

def save(*_):
    (folder / 'saved').touch()
    sys.exit(75)

for number in (signal.SIGTERM, signal.SIGUSR2):
    signal.signal(number, save)
with (folder / 'starts').open('a') as stream:
    stream.write('start\\n')
if spec['seed'] != 0 and not (folder / 'saved').exists():
    time.sleep(300)
finish()
"""
ENDS = {  # of the runs with these seeds
    1: 'scancel --signal=USR2 {job}',  # notice of a time limit, or of a preemption
    2: 'scancel {job}',
    3: 'sbatch -p first -n 2 -o /dev/null --wrap true',
}


@pytest.fixture
def cluster(slurm, monkeypatch):
    pytest.importorskip('submitit')
    monkeypatch.setenv('SLURM_CONF', str(slurm.conf))
    return slurm


def starts(run):
    path = run.folder / 'starts'
    return len(path.read_text().splitlines()) if path.is_file() else 0


def test_jobs_are_preempted_and_cancelled(cluster, tmp_path):
    commands = python(TRAINING)
    runs = [fake_run(tmp_path, commands, seed=seed) for seed in range(4)]
    root = tmp_path / 'runs'
    left = dict(ENDS)

    def end_them(runs):
        for seed in list(left):
            if starts(runs[seed]) == 1:
                cluster.ask(*left.pop(seed).format(job=last_job(runs[seed])).split())

    options = JobOptions('again', 10)
    run_on_slurm(runs, root, options, View(end_them))
    assert not left
    states = [run.state for run in runs]
    assert states == [RunState.FINISHED] * 2 + [RunState.FAILED, RunState.FINISHED]
    assert runs[2].failure.startswith(f'job {last_job(runs[2])} is CANCELLED')
    assert [starts(run) for run in runs] == [1, 2, 1, 2]
    assert all((run.folder / 'saved').exists() for run in runs[1:])

    cancelled = last_job(runs[2])
    again = [fake_run(tmp_path, commands, seed=seed) for seed in range(4)]
    run_on_slurm(again, root, options, View())
    assert [run.state for run in again] == [RunState.FINISHED] * 4
    assert [starts(run) for run in again] == [1, 2, 2, 2]
    assert last_job(again[2]) != cancelled


def test_jobs_go_on_without_the_command_and_are_not_submitted_twice(cluster, tmp_path):
    root = tmp_path / 'runs'

    def interrupt(runs):
        if starts(runs[0]):
            raise KeyboardInterrupt

    run = fake_run(tmp_path, python(TRAINING), seed=1)
    with pytest.raises(JobsGoOnError, match='the jobs go on') as caught:
        run_on_slurm([run], root, JobOptions(), View(interrupt))
    job = last_job(run)
    assert str(caught.value).endswith(f'scancel {job}')

    def end(runs):
        if cluster.state(job) == 'RUNNING' and not (run.folder / 'saved').exists():
            cluster.ask('scancel', '--signal=USR2', job)

    again = fake_run(tmp_path, python(TRAINING), seed=1)
    run_on_slurm([again], root, JobOptions(), View(end))
    assert (again.state, last_job(again), starts(again)) == (RunState.FINISHED, job, 2)


def test_a_partition_that_is_not_there(cluster, tmp_path):
    run = fake_run(tmp_path, python(''))
    with pytest.raises(ValueError, match='slurm: sbatch: error: .*partition'):
        run_on_slurm([run], tmp_path / 'runs', JobOptions('nowhere'), View())


def test_a_controller_that_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(module, 'job_states', lambda: None)
    with pytest.raises(ValueError, match='squeue gives no answer'):
        run_on_slurm([fake_run(tmp_path, python(''))], tmp_path, JobOptions(), View())
