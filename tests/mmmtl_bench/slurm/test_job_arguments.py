from argparse import ArgumentParser

import pytest

from mmmtl_bench.slurm import job_arguments
from mmmtl_bench.slurm.job_arguments import add_job_arguments, read_job_options
from mmmtl_bench.slurm.job_options import JobOptions


def read(*words):
    parser = ArgumentParser()
    parser.add_argument('--gpus', type=int)
    parser.add_argument('--jobs', type=int)
    add_job_arguments(parser)
    return read_job_options(parser.parse_args(words))


def test_runs_are_local_unless_asked():
    assert read() is None
    with pytest.raises(ValueError, match='--array-parallelism: this is for --executor slurm, not'):
        read('--array-parallelism', '2')


def test_what_jobs_ask_for(monkeypatch):
    monkeypatch.setattr(job_arguments, 'check_slurm', lambda: None)
    assert read('--executor', 'slurm') == JobOptions(None, 240, None, 256, {})
    words = '--partition gpu --time 2:00:00 --gres gpu:1 --array-parallelism 8 --sbatch mem=4G'
    expected = JobOptions('gpu', 120, 'gpu:1', 8, {'mem': '4G'})
    assert read('--executor', 'slurm', *words.split()) == expected
    with pytest.raises(ValueError, match='--jobs: this is for --executor local, not slurm'):
        read('--executor', 'slurm', '--jobs', '2')
