import os

import pytest

from mmmtl_bench.slurm.job_queue import JobPlace, job_states, place_of


def says(folder, monkeypatch, text):
    squeue = folder / 'squeue'
    squeue.write_text(f'#!/bin/sh\n{text}\n')
    squeue.chmod(0o755)
    monkeypatch.setenv('PATH', str(folder), prepend=':')


def test_arrays_and_single_jobs(tmp_path, monkeypatch):
    said = 'printf "12|0|RUNNING\\n12|1|PENDING\\n7|N/A|COMPLETED\\na warning\\n"'
    says(tmp_path, monkeypatch, said)
    assert job_states() == {'12_0': 'RUNNING', '12_1': 'PENDING', '7': 'COMPLETED'}


def test_variables_do_not_change_the_question(tmp_path, monkeypatch):
    says(tmp_path, monkeypatch, 'echo "1|$SQUEUE_PARTITION|$4"')
    monkeypatch.setenv('SQUEUE_PARTITION', 'other')
    monkeypatch.setenv('LOGNAME', 'somebody')
    ((job, asked),) = job_states().items()
    assert job == '1_'
    assert asked == f'--user={os.geteuid()}'


def test_a_controller_that_does_not_answer(tmp_path, monkeypatch):
    says(tmp_path, monkeypatch, 'exit 1')
    assert job_states() is None
    monkeypatch.setenv('PATH', str(tmp_path / 'nowhere'))
    assert job_states() is None


@pytest.mark.parametrize(
    ('state', 'place'),
    [
        ('PENDING', JobPlace.WAITING),
        ('REQUEUED', JobPlace.WAITING),
        ('RUNNING', JobPlace.RUNNING),
        ('COMPLETING', JobPlace.RUNNING),
        ('COMPLETED', JobPlace.ENDED),
        ('NODE_FAIL', JobPlace.ENDED),
        (None, JobPlace.ENDED),
    ],
)
def test_places(state, place):
    assert place_of(state) is place
