"""No way to give train.py and test.py a file runs what is in it."""

import pytest

from tests.utils.toy.crafted_files import PAYLOADS, run_unrestricted, write_malicious
from tests.utils.toy.toy_runs import CONFIG, output, run_tool

pytestmark = pytest.mark.e2e

ROUTES = [(payload, route) for payload in PAYLOADS for route in ('test', 'resume', 'load_from')]


def routes(file, work_dir):
    return {
        'test': ('test', CONFIG, file, '--work-dir', work_dir),
        'resume': ('train', CONFIG, '--work-dir', work_dir, '--resume', file),
        'load_from': (
            'train',
            CONFIG,
            '--work-dir',
            work_dir,
            '--cfg-options',
            f'load_from={file}',
        ),
    }


@pytest.fixture(scope='module')
def attempts(tmp_path_factory, two_at_once):
    """Every way to load a file, with every payload: the folder of each attempt and its outcome."""

    def attempt(payload, route):
        folder = tmp_path_factory.mktemp('attempt')
        file = write_malicious(folder / 'file.pth', payload, folder / 'canary')
        return folder, run_tool(*routes(file, folder / 'work')[route])

    futures = {key: two_at_once.submit(attempt, *key) for key in ROUTES}
    return {key: future.result() for key, future in futures.items()}


@pytest.mark.parametrize(('payload', 'route'), ROUTES)
def test_malicious_files_are_refused(attempts, payload, route):
    folder, done = attempts[payload, route]
    assert done.returncode == 1, output(done)
    reason = {
        'system': 'it asks for posix.system',
        'history_globals': "it asks for getattr(HistoryBuffer.mean, '__globals__')",
    }
    assert f'error: Refused to load the checkpoint {folder / "file.pth"}' in done.stderr
    assert reason[payload] in done.stderr
    assert 'Nothing in it was run' in done.stderr
    assert 'Traceback' not in done.stderr
    assert not (folder / 'canary').exists()

    run_unrestricted(folder / 'file.pth')
    assert (folder / 'canary').exists()
