"""What trainings go through, and whether they come out of it as they should."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.reliability.soak.trainings import STEPS, Setup, Training
from tests.utils.toy.toy_runs import assert_same_weights

SAVED_AND_SAME = 'saved, same bits'
LAST = f'iter_{STEPS}.pth'
_WITHIN = 60.0  # seconds


class Fault(NamedTuple):
    """A fault.

    Args:
        name: What happens.
        setup: How the training is made.
        rounds: Rounds of the long form.
        expected: What a round should give.
        play: Plays a round in a folder, given that of an uninterrupted run and a generator, and
            says what it gave.
    """

    name: str
    setup: Setup
    rounds: int
    expected: str
    play: Callable[[Path, Path, random.Random], str]


def _to_one(training: Training, number: signal.Signals) -> None:
    os.kill(training.processes[-1].pid, number)


def _to_all(training: Training, number: signal.Signals) -> None:
    for process in training.processes:  # and its worker
        os.killpg(process.pid, number)


def _interrupted(
    name: str,
    setup: Setup,
    rounds: int,
    number: signal.Signals,
    send: Callable[[Training, signal.Signals], None],
) -> Fault:
    """A training that is interrupted at a random moment and resumed."""
    ends = -signal.SIGKILL if number == signal.SIGKILL else 75

    def play(folder: Path, whole: Path, chance: random.Random) -> str:
        training = Training(folder, setup)
        training.wait_for_step(chance.randrange(1, STEPS - 2))
        time.sleep(chance.uniform(0, 0.03))
        send(training, number)
        codes = training.end()
        if codes != [ends] * setup.size:
            return f'exit codes {codes}: {training.said()}'
        resumed = Training(folder, setup, resume=True)
        if resumed.end() != [0] * setup.size:
            return f'not resumed: {resumed.said()}'
        try:
            assert_same_weights(whole / LAST, folder / LAST)
        except AssertionError as error:
            return f'other bits: {error}'
        return expected

    expected = 'same bits' if number == signal.SIGKILL else SAVED_AND_SAME
    return Fault(name, setup, rounds, expected, play)


def _failing(name: str, said: str, number: signal.Signals | None, timeout: int = 60) -> Fault:
    """A training of which the second of two processes fails."""
    setup = Setup(2)

    def play(folder: Path, whole: Path, chance: random.Random) -> str:
        step = chance.randrange(2, STEPS - 2)
        fails = step if number is None else None
        training = Training(folder, setup, fails=fails, timeout=timeout)
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

    return Fault(name, setup, 10, 'ends', play)


_TERM, _USR1, _KILL = signal.SIGTERM, signal.SIGUSR1, signal.SIGKILL
WEIGHTINGS = ('dwa', 'famo', 'gradnorm', 'learnable', 'random', 'uncertainty')
"""Those that remember something, each in its own way."""
FAULTS = (
    _interrupted('SIGTERM', Setup(1), 10, _TERM, _to_one),
    _interrupted('SIGTERM, workers too', Setup(1), 10, _TERM, _to_all),
    _interrupted('SIGUSR1 to one', Setup(2), 10, _USR1, _to_one),
    _interrupted('SIGTERM, workers too', Setup(2), 10, _TERM, _to_all),
    _interrupted('SIGKILL', Setup(1), 20, _KILL, _to_one),
    _interrupted('SIGKILL, workers too', Setup(2), 20, _KILL, _to_all),
    *(
        _interrupted(f'{name}, background', Setup(size, background=True), rounds, number, _to_all)
        for name, number, rounds in (('SIGTERM', _TERM, 10), ('SIGKILL', _KILL, 20))
        for size in (1, 2)
    ),
    *(
        _interrupted(f'SIGKILL, {name}', Setup(size, None, *workers), 5, _KILL, _to_all)
        for name, workers in (
            ('no workers', (0,)),
            ('two workers', (2,)),
            ('two persistent workers', (2, True)),
        )
        for size in (1, 2)
    ),
    *(
        _interrupted(f'SIGKILL, {name}', Setup(size, name), 3, _KILL, _to_all)
        for name in WEIGHTINGS
        for size in (1, 2)
    ),
    _failing('one raises', '', None),
    _failing('one is killed', 'the connection to another', _KILL),
    _failing('one stops', 'process 1 of 2 did not', signal.SIGSTOP, timeout=5),
)
