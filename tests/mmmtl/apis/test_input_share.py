import pytest

from mmmtl.apis.input_share import InputShare, local_rank


def test_each_input_is_in_one_share():
    names = [f'deep/{number:06d}' for number in range(1000)] + ['grüße', '\udce9']
    shares = [InputShare(number, 4) for number in range(1, 5)]
    taken = [[name for name in names if share.takes(name)] for share in shares]
    assert sorted(sum(taken, [])) == sorted(names)
    assert all(200 < len(part) < 300 for part in taken)
    # Another process, and another list of files, agree: the checksum of '123456789' is 0xCBF43926.
    assert InputShare(0xCBF43926 % 7 + 1, 7).takes('123456789')


def test_texts():
    assert InputShare.parse('2/8') == InputShare(2, 8)
    for text in ('0/8', '9/8'):
        with pytest.raises(ValueError, match=rf'expected one of 1/8 to 8/8, found {text}'):
            InputShare.parse(text)
    for text in ('', '1', '1/0', '-1/2', 'a/b', '1/2/3'):
        with pytest.raises(ValueError, match=f"--shard: expected I/N, .*, found '{text}'"):
            InputShare.parse(text)


@pytest.mark.parametrize(
    ('launcher', 'variables'),
    [
        ('pytorch', ('RANK', 'WORLD_SIZE', 'LOCAL_RANK')),
        ('slurm', ('SLURM_PROCID', 'SLURM_STEP_NUM_TASKS', 'SLURM_LOCALID')),
    ],
)
def test_launchers(monkeypatch, launcher, variables):
    for name in variables:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ValueError, match=f'--launcher {launcher}: .*{variables[0]}, .*, found'):
        InputShare.of_launcher(launcher)
    for name, value in zip(variables, '452', strict=True):
        monkeypatch.setenv(name, value)
    assert InputShare.of_launcher(launcher) == InputShare(5, 5)
    assert local_rank(launcher) == 2


def test_a_batch_script_without_srun_is_no_share(monkeypatch):
    monkeypatch.delenv('SLURM_STEP_NUM_TASKS', raising=False)
    monkeypatch.setenv('SLURM_PROCID', '0')
    monkeypatch.setenv('SLURM_NTASKS', '8')
    with pytest.raises(ValueError, match='variable SLURM_STEP_NUM_TASKS, .* found'):
        InputShare.of_launcher('slurm')
