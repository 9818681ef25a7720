"""What trainings go through, and whether they come out of it as they should."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.reliability.soak.trainings import STEPS, Training
from tests.utils.toy.toy_runs import assert_same_weights

SAVED_AND_SAME = 'saved, same bits'
LAST = f'iter_{STEPS}.pth'
_WITHIN = 60.0  # seconds


class Fault(NamedTuple):
    """A fault.

    Args:
        name: What happens.
        size: Number of processes.
        expected: What a round should give.
        play: Plays a round in a folder, given that of an uninterrupted run and a generator, and
            says what it gave.
    """

    name: str
    size: int
    expected: str
    play: Callable[[Path, Path, random.Random], str]


def _to_one(training: Training, number: signal.Signals) -> None:
    os.kill(training.processes[-1].pid, number)


def _to_all(training: Training, number: signal.Signals) -> None:
    for process in training.processes:  # and its worker
        os.killpg(process.pid, number)


def interrupted(
    size: int, number: signal.Signals, send: Callable[[Training, signal.Signals], None]
) -> Callable[[Path, Path, random.Random], str]:
    """Makes a round in which a training is interrupted at a random moment and resumed."""
    ends = -signal.SIGKILL if number == signal.SIGKILL else 75

    def play(folder: Path, whole: Path, chance: random.Random) -> str:
        training = Training(folder, size)
        training.wait_for_step(chance.randrange(1, STEPS - 2))
        time.sleep(chance.uniform(0, 0.03))
        send(training, number)
        codes = training.end()
        if codes != [ends] * size:
            return f'exit codes {codes}: {training.said()}'
        resumed = Training(folder, size, resume=True)
        if resumed.end() != [0] * size:
            return f'not resumed: {resumed.said()}'
        try:
            assert_same_weights(whole / LAST, folder / LAST)
        except AssertionError as error:
            return f'other bits: {error}'
        return 'same bits' if number == signal.SIGKILL else SAVED_AND_SAME

    return play


def failing(
    said: str, number: signal.Signals | None, timeout: int = 60
) -> Callable[[Path, Path, random.Random], str]:
    """Makes a round in which the second of two processes fails."""

    def play(folder: Path, whole: Path, chance: random.Random) -> str:
        step = chance.randrange(2, STEPS - 2)
        fails = step if number is None else None
        training = Training(folder, 2, fails=fails, timeout=timeout)
        training.wait_for_step(step)
        if number is not None:
            os.kill(training.processes[1].pid, number)
        training.processes[0].join(_WITHIN)
        code = training.processes[0].exitcode
        training.processes[1].kill()
        training.end()
        lines = [line for line in training.said().splitlines() if line.startswith('error: ')]
        # An error of another package's in a step is a bug, and has its traceback.
        raised = number is None and training.said().count('Traceback') == 1
        if code == 1 and (raised or (len(lines) == 1 and said in lines[0])):
            return 'ends'
        return f'exit code {code}: {training.said()}'

    return play


FAULTS = (
    Fault('SIGTERM', 1, SAVED_AND_SAME, interrupted(1, signal.SIGTERM, _to_one)),
    Fault('SIGTERM, workers too', 1, SAVED_AND_SAME, interrupted(1, signal.SIGTERM, _to_all)),
    Fault('SIGUSR1 to one', 2, SAVED_AND_SAME, interrupted(2, signal.SIGUSR1, _to_one)),
    Fault('SIGTERM, workers too', 2, SAVED_AND_SAME, interrupted(2, signal.SIGTERM, _to_all)),
    Fault('SIGKILL', 1, 'same bits', interrupted(1, signal.SIGKILL, _to_one)),
    Fault('SIGKILL, workers too', 2, 'same bits', interrupted(2, signal.SIGKILL, _to_all)),
    Fault('one raises', 2, 'ends', failing('', None)),
    Fault('one is killed', 2, 'ends', failing('the connection to another', signal.SIGKILL)),
    Fault('one stops', 2, 'ends', failing('process 1 of 2 did not', signal.SIGSTOP, timeout=5)),
)
