import pickle

import pytest

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.slurm import run_job
from mmmtl_bench.slurm.run_job import RunFailedError, RunJob, job_slot
from tests.utils.fake_runs import fake_run, python

ASKED = """
if (folder / 'asked').exists():
    finish()
else:
    (folder / 'asked').touch()
    sys.exit(75)
"""


def job_of(root, commands):
    run = fake_run(root, commands)
    return run, RunJob(run.spec, root / 'runs', commands)


def test_it_works_until_the_run_is_finished(tmp_path):
    run, job = job_of(tmp_path, python('finish()'))
    job()
    run.refresh()
    assert run.state is RunState.FINISHED
    job()  # once more, as after a node that was lost at the end


def test_a_training_that_was_asked_to_end_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(run_job, '_SECONDS_UNTIL_KILLED', 0.0)
    run, job = job_of(tmp_path, python(ASKED))
    job()
    run.refresh()
    assert run.state is RunState.FINISHED
    assert (run.folder / 'run.log').read_text().count('$ ') == 2


def test_a_training_that_fails(tmp_path):
    run, job = job_of(tmp_path, python('sys.exit(3)'))
    with pytest.raises(RunFailedError, match=rf'exit code 3: see {run.folder}/run\.log'):
        job()


def test_what_a_job_does_the_next_time(tmp_path):
    pytest.importorskip('submitit')
    _, job = job_of(tmp_path, run_job.make_slots)  # any function that pickle knows
    delayed = job.checkpoint()
    again = pickle.loads(pickle.dumps(delayed.function))
    assert (again.spec, again.root) == (job.spec, job.root)


def test_the_place_of_a_run_has_the_cores_of_its_job(monkeypatch):
    monkeypatch.setenv('SLURM_CPUS_PER_TASK', '3')
    monkeypatch.delenv('OMP_NUM_THREADS', raising=False)
    assert job_slot().variables['OMP_NUM_THREADS'] == '3'
    monkeypatch.setenv('OMP_NUM_THREADS', '1')
    assert job_slot().variables['OMP_NUM_THREADS'] == '1'
