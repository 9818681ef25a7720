import pytest
import torch

from mmmtl_bench.run import slots
from mmmtl_bench.run.slots import make_slots


@pytest.fixture
def machine(monkeypatch):
    """A machine with so many GPUs and cores."""

    def machine(gpus, cores, visible=None, threads=None):
        for name in ('OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv('CUDA_VISIBLE_DEVICES', raising=False)
        if visible is not None:
            monkeypatch.setenv('CUDA_VISIBLE_DEVICES', visible)
        if threads is not None:
            monkeypatch.setenv('OMP_NUM_THREADS', threads)
        monkeypatch.setattr(torch.cuda, 'device_count', lambda: gpus)
        monkeypatch.setattr(slots, '_count_cores', lambda: cores)

    return machine


def variable(found, name):
    return [slot.variables.get(name) for slot in found]


def test_the_cpu_is_shared_by_as_many_runs_as_cores(machine):
    machine(gpus=0, cores=3)
    found = make_slots()
    assert [slot.name for slot in found] == ['CPU 0', 'CPU 1', 'CPU 2']
    assert variable(found, 'OMP_NUM_THREADS') == ['1', '1', '1']
    assert variable(found, 'CUDA_VISIBLE_DEVICES') == [None] * 3


@pytest.mark.parametrize(('jobs', 'threads'), [(1, '8'), (3, '2'), (20, '1')])
def test_fewer_runs_have_more_threads(machine, jobs, threads):
    machine(gpus=0, cores=8)
    found = make_slots(jobs=jobs)
    assert len(found) == jobs
    for name in ('OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS'):
        assert set(variable(found, name)) == {threads}


def test_each_run_sees_one_gpu(machine):
    machine(gpus=3, cores=8)
    assert variable(make_slots(), 'CUDA_VISIBLE_DEVICES') == ['0', '1', '2']
    found = make_slots(gpus=2, jobs=2)
    assert variable(found, 'CUDA_VISIBLE_DEVICES') == ['0', '1', '0', '1']
    assert variable(found, 'OMP_NUM_THREADS') == ['2'] * 4


def test_only_gpus_that_may_be_used_are(machine):
    machine(gpus=2, cores=8, visible='5,GPU-3a')
    assert variable(make_slots(), 'CUDA_VISIBLE_DEVICES') == ['5', 'GPU-3a']
    assert variable(make_slots(gpus=1), 'CUDA_VISIBLE_DEVICES') == ['5']


def test_the_cpu_on_a_machine_with_gpus(machine):
    machine(gpus=2, cores=2)
    assert variable(make_slots(gpus=0), 'CUDA_VISIBLE_DEVICES') == ['', '']


def test_threads_set_by_the_user_are_kept(machine, monkeypatch):
    machine(gpus=0, cores=4, threads='3')
    assert variable(make_slots(), 'OMP_NUM_THREADS') == ['3'] * 4
    assert variable(make_slots(), 'MKL_NUM_THREADS') == ['3'] * 4
    monkeypatch.setenv('MKL_NUM_THREADS', '2')
    assert variable(make_slots(), 'MKL_NUM_THREADS') == ['2'] * 4
    assert variable(make_slots(), 'OPENBLAS_NUM_THREADS') == ['3'] * 4


def test_numbers_out_of_range(machine):
    machine(gpus=1, cores=4)
    with pytest.raises(ValueError, match=r'--gpus: expected at most 1, .* found 2'):
        make_slots(gpus=2)
    with pytest.raises(ValueError, match='--jobs: expected at least 1, found 0'):
        make_slots(jobs=0)
