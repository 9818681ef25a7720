"""Trainings that Slurm ends and starts again, on a Slurm of one node."""

import os
import subprocess

import pytest

from tests.utils.paths import TOOLS
from tests.utils.processes import on_two_processes
from tests.utils.slurm_cluster import PATIENCE, wait_patiently
from tests.utils.toy.toy_runs import CONFIG, assert_same_weights, read_trace, toy_runner

pytestmark = pytest.mark.e2e

STAND_IN = """#!/usr/bin/env bash
# A training that saves and ends when it is asked to, and whose second start has nothing left to do.
# One of its two processes makes srun return 143.
saved=saved${SLURM_ARRAY_TASK_ID:-}
trap 'touch "$MMMTL_PREEMPTED_FILE" $saved; exit $((SLURM_PROCID == 0 ? 75 : 143))' TERM USR1
if [[ $SLURM_PROCID == 0 ]]; then echo >>"starts${SLURM_ARRAY_TASK_ID:-}"; fi
if [[ -e $saved ]]; then exit 0; fi
for _ in {1..6000}; do sleep 0.05; done
"""
JOB = f"""#!/usr/bin/env bash
exec {TOOLS}/slurm_train.sh --requeue usual job "$1" --work-dir run --amp
"""
ENDS = {
    'cancelled': 'scancel {job}',
    # as of --signal=USR1@60 and --signal=B:USR1@60
    'a signal to its processes': 'scancel --signal=USR1 {job}',
    'a signal to its script': 'scancel --batch --signal=USR1 {job}',
    'put back': 'scontrol requeue {job}',
    'others have priority': 'sbatch -p first -n 2 -o /dev/null --wrap true',
}
TWO = dict(GPUS='2', GRES='', CPUS_PER_TASK='1')


def submit(slurm, folder, config, *options, **variables):
    """Submits a batch job of two processes and gives its number."""
    (folder / 'job.sh').write_text(JOB)
    options = ('--parsable', '-n', 2, '--requeue', '-o', 'job.log', '--open-mode=append', *options)
    variables = dict(TWO, **variables)
    return slurm.ask('sbatch', *options, 'job.sh', config, cwd=folder, **variables)


@pytest.fixture(scope='module')
def stand_in(tmp_path_factory):
    path = tmp_path_factory.mktemp('stand_in') / 'python'
    path.write_text(STAND_IN)
    path.chmod(0o755)
    return str(path)


def starts(folder, task=''):
    """Gives how often a training of the stand-in was started."""
    record = folder / f'starts{task}'
    return len(record.read_text().splitlines()) if record.exists() else 0


def wait_for_starts(folder, number, task=''):
    wait_patiently(lambda: starts(folder, task) >= number)


@pytest.fixture(scope='module')
def ended(slurm, stand_in, tmp_path_factory):
    """The state of jobs, and how often they started their training, by how its first run ended."""
    root = tmp_path_factory.mktemp('jobs')
    jobs = {}
    for how, command in ENDS.items():
        (root / how).mkdir()
        jobs[how] = submit(slurm, root / how, 'c.py', PYTHON=stand_in)
        wait_for_starts(root / how, 1)
        slurm.ask(*command.format(job=jobs[how]).split())
    for job in jobs.values():
        slurm.wait_for_state(job, 'CANCELLED', 'COMPLETED', 'FAILED')
    wait_patiently(lambda: not slurm.processes())
    return {how: (slurm.state(job), starts(root / how)) for how, job in jobs.items()}


@pytest.mark.parametrize('how', ENDS)
def test_a_batch_job_starts_again_unless_it_is_cancelled(ended, how):
    assert ended[how] == (('CANCELLED', 1) if how == 'cancelled' else ('COMPLETED', 2))


def test_the_other_jobs_of_an_array_stay_as_they_are(slurm, stand_in, tmp_path):
    array = submit(slurm, tmp_path, 'c.py', '--array=0-1', '-n', 1, PYTHON=stand_in, GPUS='1')
    for task in (0, 1):
        wait_for_starts(tmp_path, 1, task)
    slurm.ask('scancel', '--signal=USR1', f'{array}_1')
    slurm.wait_for_state(f'{array}_1', 'COMPLETED')
    assert starts(tmp_path, 1) == 2
    assert ' Restarts=0 ' in slurm.ask('scontrol', 'show', 'job', f'{array}_0')
    slurm.ask('scancel', array)
    wait_patiently(lambda: not slurm.processes())


@pytest.mark.parametrize('within', [[], ['salloc', '-n', '2']], ids=['srun', 'salloc'])
@pytest.mark.parametrize(
    ('asks', 'code', 'number', 'says'),
    [
        (['--signal=USR1'], 0, 2, ''),
        ([], 75, 1, 'was cancelled or requeued; the training does not go on in it.'),
    ],
    ids=['signal', 'cancelled'],
)
def test_outside_of_a_batch_job_srun_is_called_again(
    slurm, stand_in, tmp_path, within, asks, code, number, says
):
    script = subprocess.Popen(
        [*within, TOOLS / 'slurm_train.sh', '--requeue', 'usual', 'a job', 'c.py'],
        env=slurm.environment(**TWO, PYTHON=stand_in),
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_starts(tmp_path, 1)
    slurm.ask('scancel', '-u', 'root', *asks)
    _, said = script.communicate(timeout=PATIENCE)
    assert (script.returncode, starts(tmp_path)) == (code, number), said
    assert says in said
    wait_patiently(lambda: not slurm.processes())


def test_a_training_that_is_ended_twice_has_the_bits_of_one_that_is_not(slurm, tmp_path):
    config = tmp_path / 'config.py'
    config.write_text(
        f"""
_base_ = '{CONFIG}'
model = dict(norm_cfg=dict(type='GN', num_groups=2), trace='{tmp_path}/trace')
train_dataloader = dict(num_workers=1)
default_hooks = dict(checkpoint=dict(by_epoch=False, interval=1000))
custom_hooks = [
    dict(type='EpochSeedHook'),
    dict(type='ToyWaitHook', iterations=(3, 5)),
    dict(type='PreemptionHook'),
]
"""
    )
    job = submit(slurm, tmp_path, config, '--signal=USR1@3600')

    def wait_until_it_waits(step):
        files = [tmp_path / 'run' / f'waits_{step}.{rank}' for rank in (0, 1)]
        wait_patiently(lambda: all(path.exists() for path in files))

    wait_until_it_waits(3)
    # The hour before the end has begun; Slurm looks for it every half minute.
    slurm.ask('scontrol', 'update', f'JobId={job}', 'TimeLimit=60')
    slurm.wait_for_state(job, 'PENDING')
    wait_patiently(lambda: not slurm.processes())
    slurm.ask('scontrol', 'update', f'JobId={job}', 'TimeLimit=UNLIMITED')
    wait_until_it_waits(5)
    slurm.ask('scontrol', 'requeue', job)
    slurm.wait_for_state(job, 'COMPLETED', 'FAILED')
    said = (tmp_path / 'job.log').read_text()
    assert slurm.state(job) == 'COMPLETED', said
    assert f'SIGUSR1: saved {tmp_path}/run/iter_4.pth' in said
    assert f': saved {tmp_path}/run/iter_6.pth' in said
    assert 'could not requeue' not in said

    def train(rank):
        os.environ['LOCAL_RANK'] = str(rank)
        toy_runner(
            tmp_path / 'whole',
            config,
            launcher='pytorch',
            optim_wrapper__type='AmpOptimWrapper',
            custom_hooks=[dict(type='EpochSeedHook')],
            model__trace=f'{tmp_path}/whole_trace',
        ).train()

    on_two_processes(train, tmp_path)
    assert_same_weights(tmp_path / 'whole' / 'iter_8.pth', tmp_path / 'run' / 'iter_8.pth')
    for rank in (0, 1):
        seen = read_trace(tmp_path / 'trace', rank)
        assert seen == read_trace(tmp_path / 'whole_trace', rank)
        assert {record['dtype'] for record in seen.values()} == {'torch.bfloat16'}
