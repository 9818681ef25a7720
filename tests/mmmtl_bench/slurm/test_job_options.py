import pytest

from mmmtl_bench.slurm.job_options import JobOptions, read_minutes, read_sbatch_options


@pytest.mark.parametrize(
    ('text', 'minutes'),
    [
        ('90', 90),
        ('1:30', 2),  # minutes and seconds
        ('2:30:00', 150),
        ('1-12', 36 * 60),
        ('1-12:30', 36 * 60 + 30),
        ('0-00:00:01', 1),
    ],
)
def test_times_as_of_slurm(text, minutes):
    assert read_minutes(text) == minutes


@pytest.mark.parametrize('text', ['', 'an hour', '1:2:3:4', '-5', '0', '0:00:00'])
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match=f"--time: expected .*, found '{text}'"):
        read_minutes(text)


def test_further_options():
    given = ['account=lab', '--cpus_per_task=8', 'comment=a=b']
    assert read_sbatch_options(given) == {
        'account': 'lab',
        'cpus-per-task': '8',
        'comment': 'a=b',
    }
    for text in ('account', '=lab', 'account='):
        with pytest.raises(ValueError, match=rf"expected NAME=VALUE.*, found '{text}'"):
            read_sbatch_options([text])


def test_options_that_are_set_otherwise():
    with pytest.raises(ValueError, match='--sbatch partition: this is said by --partition'):
        JobOptions(sbatch={'partition': 'gpu'})
    with pytest.raises(ValueError, match='--sbatch signal: this is set for the jobs'):
        JobOptions(sbatch={'signal': 'USR1@60'})
    with pytest.raises(ValueError, match='--array-parallelism: expected at least 1, found 0'):
        JobOptions(array_parallelism=0)
    with pytest.raises(ValueError, match='--time: expected at least 5 minutes, .*, found 1'):
        JobOptions(minutes=1)
