import pytest

from mmmtl.datasets.caching import memory_room as module
from mmmtl.datasets.caching.memory_room import memory_room


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with 1000 KiB available; gives a function that limits a group of processes."""
    (tmp_path / 'meminfo').write_text('MemTotal: 9000 kB\nMemAvailable:    1000 kB\n')
    (tmp_path / 'own').write_text('1:name=systemd:/old\n0::/job/step\n')
    (tmp_path / 'groups/job/step').mkdir(parents=True)
    monkeypatch.setattr(module, '_MEMINFO', tmp_path / 'meminfo')
    monkeypatch.setattr(module, '_OWN_CGROUP', tmp_path / 'own')
    monkeypatch.setattr(module, '_CGROUPS', tmp_path / 'groups')

    def limit(group, most, current, in_cache=0):
        folder = tmp_path / 'groups' / group
        (folder / 'memory.max').write_text(f'{most}\n')
        (folder / 'memory.current').write_text(f'{current}\n')
        (folder / 'memory.stat').write_text(f'anon 7\ninactive_file {in_cache}\n')

    return limit


def test_it_is_what_the_machine_has(machine):
    assert memory_room() == 1000 * 1024
    machine('', 'max', 500)
    assert memory_room() == 1000 * 1024


@pytest.mark.parametrize('group', ['job/step', 'job', ''])
def test_a_job_or_container_may_have_less(machine, group):
    machine(group, 100_000, 30_000)
    assert memory_room() == 70_000
    machine(group, 100_000, 30_000, in_cache=20_000)
    assert memory_room() == 90_000
    machine(group, 100_000, 130_000)
    assert memory_room() == 0


def test_this_machine_has_some():
    module_room = memory_room()
    assert module_room > 0
