import os

from mmmtl_bench.slurm.slurm_variables import without_slurm_variables

LEFT = {'SLURM_CONF': '/etc/slurm.conf', 'SBATCH_ACCOUNT': 'lab'}
REMOVED = {
    'SBATCH_PARTITION': 'other',
    'SBATCH_TIMELIMIT': '7',
    'SBATCH_ARRAY_INX': '0-2',
    'SBATCH_OPEN_MODE': 'truncate',
    'SLURM_NTASKS': '2',
    'SLURM_ARRAY_JOB_ID': '77',
}


def test_what_a_script_says_and_the_job_around_is_removed(monkeypatch):
    for name in [name for name in os.environ if name.startswith(('SLURM_', 'SBATCH_'))]:
        monkeypatch.delenv(name)
    for name, value in (LEFT | REMOVED).items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with without_slurm_variables(['partition', 'time', 'array', 'open-mode']):
        assert dict(os.environ) == {k: v for k, v in before.items() if k not in REMOVED}
    assert dict(os.environ) == before
