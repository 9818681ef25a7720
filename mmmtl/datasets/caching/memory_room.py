from __future__ import annotations

from pathlib import Path

_CGROUPS = Path('/sys/fs/cgroup')
_MEMINFO = Path('/proc/meminfo')
_OWN_CGROUP = Path('/proc/self/cgroup')
_KIB = 1024


def memory_room() -> int:
    """Tells how much memory this process may still take on Linux.

    Returns:
        Bytes: what the machine has available, or less where a group of processes (such as a
        container or a batch job, cgroup v2) may not have so much.
    """
    available = next(
        int(line.split()[1]) * _KIB
        for line in _MEMINFO.read_text().splitlines()
        if line.startswith('MemAvailable:')
    )
    return min([available, *_group_rooms()])


def _group_rooms() -> list[int]:
    own = next(
        (
            line.removeprefix('0::').lstrip('/')
            for line in _OWN_CGROUP.read_text().splitlines()
            if line.startswith('0::')
        ),
        '',
    )
    group = _CGROUPS / own
    groups = [group, *group.parents][: len(Path(own).parts) + 1]
    return [room for room in map(_group_room, groups) if room is not None]


def _group_room(group: Path) -> int | None:
    """Gives what a group has left; files that it has in the cache make room if need be."""
    try:
        limit = (group / 'memory.max').read_text().strip()
        current = int((group / 'memory.current').read_text())
        stat = (group / 'memory.stat').read_text().splitlines()
    except OSError:
        return None
    if limit == 'max':
        return None
    counts = dict(line.split() for line in stat)
    return max(0, int(limit) - current + int(counts.get('inactive_file', 0)))
