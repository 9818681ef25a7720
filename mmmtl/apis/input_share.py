"""Which of many inputs a process takes, where several processes share them."""

from __future__ import annotations

import os
import re
import zlib
from dataclasses import dataclass

_VARIABLES = {
    'pytorch': ('RANK', 'WORLD_SIZE', 'LOCAL_RANK'),
    # A batch script, which is one process, has SLURM_NTASKS too; only srun sets that of a step.
    'slurm': ('SLURM_PROCID', 'SLURM_STEP_NUM_TASKS', 'SLURM_LOCALID'),
    'mpi': ('OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE', 'OMPI_COMM_WORLD_LOCAL_RANK'),
}
LAUNCHERS = tuple(_VARIABLES)
"""Launchers that tell their processes which one of how many each is."""


@dataclass(frozen=True)
class InputShare:
    """One of several shares of inputs; each input is in one of them.

    A checksum of its name decides, so that processes agree although they list the files on their
    own, and at different times. Shares are of nearly equal size where there are many files; a video
    is in one share.

    Args:
        number: Which share, from 1.
        count: How many there are.

    Raises:
        ValueError: If there is no such share.
    """

    number: int
    count: int

    def __post_init__(self) -> None:
        """Checks the numbers."""
        if not 1 <= self.number <= self.count:
            raise ValueError(
                f'--shard: expected one of 1/{self.count} to {self.count}/{self.count}, '
                f'found {self.number}/{self.count}.'
            )

    @classmethod
    def parse(cls, text: str) -> InputShare:
        """Reads a share.

        Args:
            text: Such as ``2/8``.

        Returns:
            The share.

        Raises:
            ValueError: If the text is not such a share.
        """
        found = re.fullmatch(r'(\d+)/([1-9]\d*)', text)
        if found is None:
            raise ValueError(f"--shard: expected I/N, such as 1/8 to 8/8, found '{text}'.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of_launcher(cls, launcher: str) -> InputShare:
        """Gives the share of a process that a launcher started.

        Args:
            launcher: One of :data:`LAUNCHERS`.

        Returns:
            The share.

        Raises:
            ValueError: If no launcher started this process.
        """
        rank, count = (_read(launcher, name) for name in _VARIABLES[launcher][:2])
        return cls(rank + 1, count)

    def takes(self, name: str) -> bool:
        """Tells whether an input is in this share.

        Args:
            name: Its name.

        Returns:
            Whether it is.
        """
        number = zlib.crc32(name.encode('utf-8', 'surrogateescape'))
        return number % self.count == self.number - 1


def local_rank(launcher: str) -> int:
    """Gives the place of this process among those on its machine, from 0.

    Args:
        launcher: One of :data:`LAUNCHERS`.

    Returns:
        The place.

    Raises:
        ValueError: If no launcher started this process.
    """
    return _read(launcher, _VARIABLES[launcher][2])


def _read(launcher: str, name: str) -> int:
    value = os.environ.get(name, '')
    if not value.isdecimal():
        raise ValueError(
            f'--launcher {launcher}: expected a number in the variable {name}, which the launcher '
            f'sets, found {value!r}.'
        )
    return int(value)
