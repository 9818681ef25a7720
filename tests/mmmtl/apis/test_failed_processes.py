"""Three processes that wait for each other: one raises, dies or hangs."""

import datetime
import multiprocessing
import os
import signal
import sys
import time

import pytest
import torch
import torch.distributed as dist

from mmmtl.apis import failed_processes
from mmmtl.apis.command_errors import run_command

FAILS = 1
SIZE = 3


def raise_mistake():
    raise ValueError('lr: found nothing.')


def raise_bug():
    raise ZeroDivisionError('by zero')


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def hang():
    time.sleep(60)


def work(rank, fail):
    for step in range(3):
        dist.all_reduce(torch.ones(5))
        if step == 1 and rank == FAILS:
            fail()


def take_part(rank, port, folder, fail):
    torch.set_num_threads(1)
    sys.stderr = (folder / f'{rank}').open('w', buffering=1)
    store = dist.TCPStore('127.0.0.1', port, is_master=False)
    seconds = datetime.timedelta(seconds=2)
    dist.init_process_group('gloo', store=store, rank=rank, world_size=SIZE, timeout=seconds)
    os._exit(run_command(lambda: work(rank, fail)))


def in_three_processes(folder, fail):
    """Gives the exit codes of those that do not fail, and what each process said."""
    # Kept by who starts them, as by torchrun.
    store = dist.TCPStore('127.0.0.1', 0, is_master=True, wait_for_workers=False)
    context = multiprocessing.get_context('fork')
    started = [
        context.Process(target=take_part, args=(rank, store.port, folder, fail))
        for rank in range(SIZE)
    ]
    for process in started:
        process.start()
    others = [process for rank, process in enumerate(started) if rank != FAILS]
    for process in others:
        process.join(60)
    started[FAILS].kill()
    started[FAILS].join()
    return (
        [process.exitcode for process in others],
        ''.join((folder / f'{rank}').read_text() for rank in range(SIZE)),
    )


@pytest.mark.parametrize(
    ('fail', 'said'),
    [
        (raise_mistake, 'error: process 1 of 3: lr: found nothing.'),
        (die, 'error: the connection to another of the 3 processes broke: it was killed, or '
              'crashed without a word.'),
        (hang, 'error: process 1 of 3 did not answer within env_cfg.dist_cfg.timeout: it hangs '
               'or was stopped.'),
    ],
)  # fmt: skip
def test_the_others_end_with_one_line(tmp_path, monkeypatch, fail, said):
    monkeypatch.setattr(failed_processes, '_ROLL_CALL', 1.0)
    codes, text = in_three_processes(tmp_path, fail)
    *lines, hint = text.splitlines()  # the hint names a log file, if the process has one
    assert (codes, lines) == ([1, 1], [said])
    assert 'traceback' in hint


def test_a_bug_has_the_only_traceback(tmp_path):
    codes, said = in_three_processes(tmp_path, raise_bug)
    assert codes == [1, 1]
    assert said.count('Traceback') == said.count('ZeroDivisionError: by zero') == 1
    assert 'error:' not in said
