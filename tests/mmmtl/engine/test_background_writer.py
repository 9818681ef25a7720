import gc
import threading
import weakref

import pytest

from mmmtl.engine import background_writer
from mmmtl.engine.background_writer import BackgroundWriter

PATIENCE = 300  # seconds


def fails():
    raise OSError(28, 'No space left on device', 'a.pth')


def test_steps_are_taken_in_their_order_while_the_caller_goes_on():
    seen, may_go_on = [], threading.Event()
    writer = BackgroundWriter()
    writer.start([lambda: may_go_on.wait(PATIENCE), lambda: seen.append(1), lambda: seen.append(2)])
    writer.check()  # nothing has failed
    assert seen == []
    may_go_on.set()
    writer.start([lambda: seen.append(3)])  # waits for those before
    assert seen[:2] == [1, 2]
    writer.wait()
    assert seen == [1, 2, 3]


def test_an_error_ends_the_steps_and_is_raised_once():
    seen = []
    writer = BackgroundWriter()
    for ask in (writer.wait, lambda: writer.start([]), lambda: wait_with_check(writer)):
        writer.start([fails, lambda: seen.append(1)])
        with pytest.raises(OSError, match='No space left on device'):
            ask()
        writer.wait()
    assert seen == []


def wait_with_check(writer):
    while True:
        writer.check()


def test_a_step_that_is_done_lets_go_of_its_memory():
    class Content:
        pass

    content, goes_on, may_go_on = Content(), threading.Event(), threading.Event()
    freed = weakref.ref(content)
    writer = BackgroundWriter()
    writer.start([lambda held=content: None, goes_on.set, lambda: may_go_on.wait(PATIENCE)])
    del content
    assert goes_on.wait(PATIENCE)
    gc.collect()
    assert freed() is None
    may_go_on.set()
    writer.wait()


def raise_from(writer, steps, error):
    with writer.finishing():
        writer.start(steps)
        if error is not None:
            raise error


@pytest.mark.parametrize('error', [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_block_waits_however_it_ends(error):
    seen, may_go_on = [], threading.Event()
    threading.Timer(0.05, may_go_on.set).start()
    steps = [lambda: may_go_on.wait(PATIENCE), lambda: seen.append(1)]
    with pytest.raises(error):
        raise_from(BackgroundWriter(), steps, error)
    assert seen == [1]


def test_of_two_errors_one_is_raised_and_one_is_logged(monkeypatch):
    lines = []
    monkeypatch.setattr(background_writer, 'print_log', lambda line, **_: lines.append(line))
    with pytest.raises(RuntimeError):
        raise_from(BackgroundWriter(), [fails], RuntimeError)
    assert lines == ["Not saved: [Errno 28] No space left on device: 'a.pth'"]
    with pytest.raises(OSError, match='No space'):
        raise_from(BackgroundWriter(), [fails], None)
