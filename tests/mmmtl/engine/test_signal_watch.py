import os
import signal

import pytest

from mmmtl.engine.signal_watch import SignalWatch


def test_the_first_signal_is_noted_and_what_was_before_comes_back():
    before = signal.getsignal(signal.SIGUSR1)
    watch = SignalWatch(['SIGUSR1', 'SIGUSR2'])
    watch.install()
    os.kill(os.getpid(), signal.SIGUSR1)
    assert watch.caught == 'SIGUSR1'
    watch.remove()
    assert signal.getsignal(signal.SIGUSR1) is before


@pytest.mark.parametrize(('patience', 'code'), [(0, -signal.SIGTERM), (60, 0)])
def test_the_second_signal_ends_the_process_unless_it_belongs_to_the_first(patience, code):
    child = os.fork()
    if child == 0:
        SignalWatch(['SIGTERM'], patience).install()
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == code


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match=r"found \['SIGNONE', 'SIGKILL'\]"):
        SignalWatch(['SIGTERM', 'SIGNONE', 'SIGKILL'])
