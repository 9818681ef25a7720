import json

import pytest

from mmmtl_bench.run.benchmark_run import RunState
from mmmtl_bench.slurm import following
from mmmtl_bench.slurm.following import follow
from tests.utils.fake_runs import View, fake_run, python, write_scalars


@pytest.fixture
def run(tmp_path):
    run = fake_run(tmp_path, python(''))
    run.folder.mkdir(parents=True)
    return run


def finish(run):
    (run.folder / 'record.json').write_text(json.dumps({'spec': run.spec.to_json()}))


def followed(monkeypatch, run, *answers, patience=60.0):
    """What a view was shown while Slurm gave these answers."""
    left = list(answers)

    def states():
        answer = left.pop(0)
        return answer() if callable(answer) else answer

    monkeypatch.setattr(following, 'job_states', states)
    view = View()
    follow([run], {str(run.folder): '5_0'}, run.folder.parents[4], view, 0.0, patience)
    assert not left
    return [state for (state,) in view.states]


def test_a_job_that_is_preempted_and_finishes(run, monkeypatch):
    def last():
        write_scalars(run.folder, '{"seg/mIoU": 40, "step": 4}')
        finish(run)
        return {}

    seen = followed(
        monkeypatch, run, {'5_0': 'PENDING'}, {'5_0': 'RUNNING'}, None, {'5_0': 'REQUEUED'},
        {'5_0': 'RUNNING'}, last,
    )  # fmt: skip
    waiting, running = RunState.WAITING, RunState.RUNNING
    assert seen == [waiting, running, running, waiting, running, RunState.FINISHED]
    assert run.seconds >= 0
    assert run.progress.metrics == {'seg/mIoU': 40}


@pytest.mark.parametrize('state', ['CANCELLED', 'NODE_FAIL', 'OUT_OF_MEMORY'])
def test_a_job_that_fails(run, monkeypatch, state):
    assert followed(monkeypatch, run, {'5_0': state}) == [RunState.FAILED]
    assert run.failure.startswith(f'job 5_0 is {state} (')
    assert run.failure.endswith('/slurm/5_0_0_log.err)')


def test_a_record_may_be_seen_late(run, monkeypatch):
    def late():
        finish(run)
        return {}

    seen = followed(monkeypatch, run, {'5_0': 'RUNNING'}, {'5_0': 'COMPLETED'}, {}, late)
    assert seen == [RunState.RUNNING] * 3 + [RunState.FINISHED]


def test_a_job_that_vanishes(run, monkeypatch):
    assert followed(monkeypatch, run, {}, patience=0.0) == [RunState.FAILED]
    assert 'job 5_0 is no longer in the queue' in run.failure
