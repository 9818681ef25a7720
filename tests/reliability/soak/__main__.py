"""Plays each fault some rounds and prints ``fault | rounds | expected | seen``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.reliability.soak.faults import FAULTS, Fault
from tests.reliability.soak.trainings import Training


def soak(faults: tuple[Fault, ...], rounds: int, folder: Path, seed: int = 0) -> bool:
    """Plays faults and prints a table.

    Args:
        faults: The faults.
        rounds: Rounds of each.
        folder: Folder for the trainings.
        seed: Seed of the moments. Defaults to 0.

    Returns:
        Whether everything was as expected.
    """
    chance = random.Random(seed)
    for size in {fault.size for fault in faults}:
        whole = Training(folder / f'whole_{size}', size)
        if whole.end() != [0] * size:
            raise RuntimeError(f'the training itself fails: {whole.said()}')
    print('| fault | processes | rounds | expected | seen |\n| --- | --- | --- | --- | --- |')
    right = True
    for number, fault in enumerate(faults):
        seen = Counter(
            fault.play(folder / f'{number}_{turn}', folder / f'whole_{fault.size}', chance)
            for turn in range(rounds)
        )
        right = right and set(seen) == {fault.expected}
        told = ', '.join(f'{count} {what}' for what, count in seen.items())
        print(
            f'| {fault.name} | {fault.size} | {rounds} | {rounds} {fault.expected} | {told} |',
            flush=True,
        )
    return right


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, default=10)
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(not soak(FAULTS, args.rounds, Path(scratch), args.seed))
