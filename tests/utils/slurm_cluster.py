"""A Slurm of one node, for tests: three daemons with a folder and ports of their own."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.utils.fake_runs import wait_for
from tests.utils.toy.toy_runs import environment, run

MUNGE = 'munge'
DAEMONS = ('munged', 'slurmctld', 'slurmd')
NEEDED = (*DAEMONS, 'srun', 'sbatch', 'scontrol')
SEARCHED = os.pathsep.join([os.environ.get('PATH', ''), '/usr/sbin'])
PATIENCE = 600.0  # seconds, for two processes that start on a busy machine
_DAEMONS_PATIENCE = 60.0
CONF = """
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthInfo=socket={folder}/munge/socket,cred_expire=5
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=1,bf_interval=1
FirstJobId={first_job}
PreemptType=preempt/partition_prio
PreemptMode=CANCEL
KillWait=10
NodeName={host} NodeAddr=127.0.0.1 CPUs=2
PartitionName=usual Nodes={host} Default=YES PriorityTier=1
PartitionName=again Nodes={host} PriorityTier=1 PreemptMode=REQUEUE
PartitionName=first Nodes={host} PriorityTier=2 PreemptMode=OFF
"""
# cred_expire: a job that is put back waits for so long, two minutes by default.
# FirstJobId: a job's number makes its port, and other clusters may run on this machine.

GUARD = """
cat # ends when the tests close the pipe, and when they are killed
while found=$(grep -lsFxz "SLURM_CONF=$1/slurm.conf" /proc/[0-9]*/environ); [[ $found ]]; do
    kill -KILL $(tr -cd '0-9\\n' <<<"$found") 2>/dev/null
    sleep 0.1
done
rm -rf "$1"
"""


class DidNotStartError(Exception):
    """A daemon ended, or the node did not become idle."""


class SlurmCluster:
    """A node of two CPUs, named like the host, with the partitions usual, again and first.

    A job in ``first`` may preempt those in ``usual``, which are cancelled, and those in ``again``,
    which are put back into the queue. What is asked of it runs
    with the variable ``SLURM_CONF``, by which its processes are known.

    Args:
        folder: An empty folder that the user munge can reach; it is removed at the end.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.conf = folder / 'slurm.conf'
        self._daemons: dict[str, subprocess.Popen] = {}
        self._guard = subprocess.Popen(
            ['bash', '-c', GUARD, 'guard', folder], stdin=subprocess.PIPE, start_new_session=True
        )

    def start(self) -> None:
        """Starts the daemons and waits until the node is idle.

        Raises:
            DidNotStartError: If it does not become idle.
        """
        for name in ('munge', 'state', 'spool'):
            (self._folder / name).mkdir()
        munge = self._folder / 'munge'
        (munge / 'key').write_bytes(os.urandom(128))
        (munge / 'key').chmod(0o400)
        for path in (munge, munge / 'key'):
            shutil.chown(path, MUNGE, MUNGE)
        self.conf.write_text(
            CONF.format(
                folder=self._folder,
                host=node_name(),
                ports=free_ports(2),
                first_job=random.randrange(1, 9000),
            )
        )
        files = dict(socket='socket', key_file='key', pid_file='pid', seed_file='seed')
        self._start(
            'munged',
            '--foreground',
            *(f'--{option.replace("_", "-")}={munge / name}' for option, name in files.items()),
            user=MUNGE,
        )
        self._wait_for_start((munge / 'socket').exists)
        self._start('slurmctld', '-D')
        self._start('slurmd', '-D')
        self._wait_for_start(lambda: self.ask('sinfo', '-h', '-o', '%T') == 'idle')

    def environment(self, **variables: str) -> dict[str, str]:
        """Gives the variables with which a command runs on the cluster."""
        return environment(SLURM_CONF=str(self.conf), **variables)

    def run(self, *command: object, **variables: Any) -> subprocess.CompletedProcess:
        """Runs a command on the cluster, its output as text; ``cwd`` is its folder."""
        return run(*command, SLURM_CONF=str(self.conf), **variables)

    def ask(self, *command: object, **variables: Any) -> str:
        """Gives what a command of Slurm's says."""
        return self.run(*command, **variables).stdout.strip()

    def state(self, job: str) -> str:
        """Gives the state of a job, such as RUNNING or CANCELLED."""
        return self.ask('squeue', '-h', '-t', 'all', '-j', job, '-o', '%T')

    def wait_for_state(self, job: str, *states: str) -> None:
        """Waits until a job is in one of some states."""
        wait_patiently(lambda: self.state(job) in states)

    def processes(self) -> list[int]:
        """Gives the process ids of all that runs on it, but the daemons and their children."""
        mark = f'SLURM_CONF={self.conf}'.encode()
        daemons = {daemon.pid for daemon in self._daemons.values()}
        found = []
        for process in Path('/proc').glob('[0-9]*'):
            try:
                variables = (process / 'environ').read_bytes().split(b'\0')
                parent = int((process / 'stat').read_text().rpartition(')')[2].split()[1])
            except OSError:  # it has ended
                continue
            if mark in variables and not {int(process.name), parent} & daemons:
                found.append(int(process.name))
        return found

    def end(self) -> None:
        """Ends all processes and removes the folder."""
        self._guard.stdin.close()
        for process in (self._guard, *self._daemons.values()):
            process.wait(_DAEMONS_PATIENCE)

    def _start(self, name: str, *arguments: str, user: str | None = None) -> None:
        with self._log(name).open('w') as log:
            self._daemons[name] = subprocess.Popen(
                [shutil.which(name, path=SEARCHED), *arguments],
                env={**os.environ, 'SLURM_CONF': str(self.conf)},
                cwd='/',
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests, which then end it
                **({} if user is None else dict(user=user, group=user, extra_groups=())),
            )

    def _wait_for_start(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + _DAEMONS_PATIENCE
        while not condition():
            ended = [name for name, daemon in self._daemons.items() if daemon.poll() is not None]
            if ended or time.monotonic() > end:
                name = ended[0] if ended else list(self._daemons)[-1]
                lines = self._log(name).read_text().splitlines() or ['it said nothing']
                raise DidNotStartError(f'{name} did not start: {lines[-1]}')
            time.sleep(0.1)

    def _log(self, name: str) -> Path:
        return self._folder / f'{name}.log'


@contextmanager
def slurm_cluster() -> Iterator[SlurmCluster]:
    """Starts a cluster and ends it; skips the test where there can be none."""
    lacks = what_lacks()
    if lacks is not None:
        pytest.skip(f'no Slurm: {lacks}')
    # Not one of pytest's folders, which only their owner may enter
    folder = Path(tempfile.mkdtemp(prefix='slurm-'))
    folder.chmod(0o755)
    cluster = SlurmCluster(folder)
    try:
        if not is_reached_by_munge(folder):
            pytest.skip(f'no Slurm: the user {MUNGE} cannot reach {folder}')
        try:
            cluster.start()
        except (DidNotStartError, OSError) as error:
            pytest.skip(f'no Slurm: {error}')
        yield cluster
    finally:
        cluster.end()


def wait_patiently(condition: Callable[[], object]) -> None:
    """Waits for what takes a while, and leaves the processors to it."""
    wait_for(condition, PATIENCE, pause=0.2)


def what_lacks() -> str | None:
    """Says what this machine lacks to start the daemons."""
    missing = [name for name in NEEDED if shutil.which(name, path=SEARCHED) is None]
    if missing:
        return f'there is no {", ".join(missing)} (packages slurm-wlm and munge)'
    if os.geteuid() != 0:
        return 'only root can start it'
    if MUNGE not in {user.pw_name for user in pwd.getpwall()}:
        return f'there is no user {MUNGE}'
    try:
        socket.gethostbyname(node_name())
    except OSError:
        return f'the name of the host, {node_name()}, has no address'
    return None


def node_name() -> str:
    return socket.gethostname().partition('.')[0]


def is_reached_by_munge(folder: Path) -> bool:
    return subprocess.run(['test', '-x', folder], user=MUNGE).returncode == 0


def free_ports(count: int) -> list[int]:
    """Gives ports of this machine that nobody has."""
    sockets = [socket.create_server(('', 0)) for _ in range(count)]
    try:
        return [taken.getsockname()[1] for taken in sockets]
    finally:
        for taken in sockets:
            taken.close()
