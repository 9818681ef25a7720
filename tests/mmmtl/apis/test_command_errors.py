import gc
import weakref

import pytest
import torch.distributed as dist

from mmmtl.apis.command_errors import run_command
from mmmtl.apis.launch import load_config
from mmmtl.compat import CheckpointError
from tests.utils.toy.toy_runs import toy_runner


def error_of(capfd, main):
    code = run_command(main)
    return code, capfd.readouterr().err


def test_success(capfd):
    assert error_of(capfd, lambda: None) == (0, '')


@pytest.mark.parametrize('error', [FileNotFoundError, ValueError, CheckpointError])
def test_errors_of_the_user_are_one_line(capfd, error):
    def main():
        raise error('no such thing')

    code, message = error_of(capfd, main)
    assert code == 1
    assert message.startswith('error: no such thing\n')
    assert 'Traceback' not in message


@pytest.mark.parametrize(
    ('goes_on', 'hint'), [('', ''), ('--resume goes on', '; --resume goes on')]
)
def test_an_interruption_is_one_line(capfd, goes_on, hint):
    def main():
        raise KeyboardInterrupt

    assert run_command(main, goes_on) == 130
    expected = f'interrupted: files that were written are whole{hint}\n'
    assert capfd.readouterr().err == expected


def test_the_traceback_is_in_the_log(tmp_path, capfd):
    broken = tmp_path / 'broken.pth'
    broken.write_bytes(b'garbage')

    def main():
        toy_runner(tmp_path, load_from=str(broken)).train()

    code, message = error_of(capfd, main)
    assert code == 1
    assert f'error: Cannot read the checkpoint {broken}' in message
    (log_file,) = tmp_path.glob('*/*.log')
    assert f'(traceback in {log_file})' in message
    assert 'Traceback (most recent call last)' in log_file.read_text()


def test_tracebacks_on_request(monkeypatch):
    monkeypatch.setenv('MMMTL_TRACEBACK', '1')
    with pytest.raises(FileNotFoundError):
        run_command(lambda: load_config('nowhere.py'))


def test_bugs_are_raised():
    with pytest.raises(ZeroDivisionError):
        run_command(lambda: print(1 / 0))


def test_errors_inside_a_training_step_are_raised(tmp_path):
    with pytest.raises(ValueError, match='a bug in the model'):
        run_command(toy_runner(tmp_path, model__fail='a bug in the model').train)


def test_what_a_tool_leaves_is_gone_before_the_process_group(monkeypatch):
    class Network:
        pass

    seen = []

    def tool():
        network = Network()
        network.runner = [network]  # a circle, as a runner and its network are
        seen.append(weakref.ref(network))

    monkeypatch.setattr(dist, 'is_initialized', lambda: True)
    monkeypatch.setattr(dist, 'destroy_process_group', lambda: seen.append(seen[0]()))
    gc.disable()
    try:
        assert run_command(tool) == 0
    finally:
        gc.enable()
    assert seen[1] is None
