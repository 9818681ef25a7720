"""Plays each fault some rounds and prints ``fault | rounds | expected | seen``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.reliability.soak.faults import FAULTS, Fault
from tests.reliability.soak.fuzzing import FUZZING
from tests.reliability.soak.long_runs import LONG_RUNS
from tests.reliability.soak.trainings import Training


def soak(faults: tuple[Fault, ...], rounds: int | None, folder: Path, seed: int = 0) -> bool:
    """Plays faults and prints a table.

    Args:
        faults: The faults.
        rounds: Rounds of each; None for as many as each has in the long form.
        folder: Folder for the trainings.
        seed: Seed of the moments. Defaults to 0.

    Returns:
        Whether everything was as expected.
    """
    chance = random.Random(seed)
    whole = {
        setup: folder / f'whole_{number}'
        for number, setup in enumerate({fault.setup.usual for fault in faults})
    }
    for setup, work_dir in whole.items():
        training = Training(work_dir, setup)
        if training.end() != [0] * setup.size:
            raise RuntimeError(f'the training itself fails: {training.said()}')
    print('| fault | processes | rounds | expected | seen |\n| --- | --- | --- | --- | --- |')
    right = True
    for number, fault in enumerate(faults):
        count = fault.rounds if rounds is None else rounds
        seen = Counter(
            fault.play(folder / f'{number}_{turn}', whole[fault.setup.usual], chance)
            for turn in range(count)
        )
        right = right and set(seen) == {fault.expected}
        told = ', '.join(f'{times} {what}' for what, times in seen.items())
        print(
            f'| {fault.name} | {fault.setup.size} | {count} | {count} {fault.expected} | {told} |',
            flush=True,
        )
    return right


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=int, help='of each fault, default: 3 to 20')
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        rows = (*FAULTS, *LONG_RUNS, *FUZZING)
        sys.exit(not soak(rows, args.rounds, Path(scratch), args.seed))
