"""tools/train.py in processes of its own: runs that are killed and resumed."""

import pytest

from tests.utils.toy.toy_runs import CONFIG, assert_same_weights, output, read_trace, run_tool

LOADERS = {
    '0_workers': [],
    '2_workers': ['train_dataloader.num_workers=2'],
    'persistent': ['train_dataloader.num_workers=2', 'train_dataloader.persistent_workers=True'],
}


def train(work_dir, *args, options=()):
    """Trains the toy model; options are values for --cfg-options."""
    trace = f'model.trace={work_dir}.trace'
    return run_tool(
        'train', CONFIG, '--work-dir', work_dir, *args, '--cfg-options', trace, *options
    )


@pytest.fixture(scope='module')
def folders(tmp_path_factory, two_at_once):
    """Runs of four epochs: a whole one, and ones that were killed in the third and then resumed."""
    root = tmp_path_factory.mktemp('resume')

    def interrupted(name):
        folder = root / f'resumed_{name}'
        killed = train(folder, options=[*LOADERS[name], 'custom_hooks.1.epoch=2'])
        return killed, train(folder, '--resume', options=LOADERS[name])

    runs = [two_at_once.submit(interrupted, name) for name in LOADERS]
    whole = train(root / 'whole', options=LOADERS['0_workers'])
    assert whole.returncode == 0, output(whole)
    for name, future in zip(LOADERS, runs, strict=True):
        killed, resumed = future.result()
        assert killed.returncode == -9, output(killed)
        assert resumed.returncode == 0, output(resumed)
        assert f'Resuming from the latest checkpoint, {root}/resumed_{name}' in output(resumed)
    return root


@pytest.mark.e2e
@pytest.mark.parametrize('name', LOADERS)
def test_killed_and_resumed_equals_uninterrupted_whoever_loads(folders, name):
    assert_same_weights(
        folders / 'whole' / 'epoch_4.pth', folders / f'resumed_{name}' / 'epoch_4.pth'
    )
    first, second = (folders / f'{kind}.trace' for kind in ('whole', f'resumed_{name}'))
    assert read_trace(first) == read_trace(second)


@pytest.mark.e2e
def test_no_temporary_files_are_left(folders):
    hidden = [path for path in folders.rglob('.*') if path.is_file()]
    assert not hidden


@pytest.mark.e2e
def test_a_missing_config_is_one_line():
    done = run_tool('train', 'nowhere.py')
    assert done.returncode == 1
    assert "error: There is no config file 'nowhere.py'." in done.stderr
    assert 'Traceback' not in done.stderr
