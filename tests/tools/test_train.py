"""tools/train.py: its command line, and runs that are killed and resumed."""

import os

import pytest
from mmengine.config import Config

from tests.utils.toy.toy_runs import CONFIG, assert_same_weights, output, read_trace, run_tool

LOADERS = {
    '0_workers': [],
    '2_workers': ['train_dataloader.num_workers=2'],
    'persistent': ['train_dataloader.num_workers=2', 'train_dataloader.persistent_workers=True'],
}


def test_the_toy_config_is_a_config():
    assert Config.fromfile(CONFIG).model.type == 'ToySegmentor'


def test_train_defaults(config_of):
    cfg = config_of('train', CONFIG)
    assert cfg.launcher == 'none'
    assert cfg.work_dir == os.path.join('work_dirs', 'toy_config')
    assert not cfg.get('resume')
    assert cfg.optim_wrapper.type == 'OptimWrapper'


def test_train_options(config_of, tmp_path):
    options = ('--cfg-options', 'train_cfg.max_epochs=7', 'model.sizes=[(1,2),(3,4)]')
    cfg = config_of(
        'train', CONFIG, '--work-dir', tmp_path, '--amp', '--launcher', 'pytorch', *options
    )
    assert cfg.work_dir == str(tmp_path)
    assert cfg.launcher == 'pytorch'
    assert cfg.optim_wrapper.type == 'AmpOptimWrapper'
    assert cfg.train_cfg.max_epochs == 7
    assert cfg.model.sizes == [(1, 2), (3, 4)]


def test_resume_without_a_file(config_of):
    cfg = config_of('train', CONFIG, '--resume')
    assert cfg.resume
    assert cfg.load_from is None


def test_resume_from_a_file(config_of, checkpoint):
    cfg = config_of('train', CONFIG, '--resume', checkpoint)
    assert cfg.resume
    assert cfg.load_from == checkpoint


def test_resume_of_the_config_is_kept(config_of):
    assert config_of('train', CONFIG, '--cfg-options', 'resume=True').resume


@pytest.mark.parametrize(
    ('args', 'message'),
    [
        (['nowhere.py'], r"no config file 'nowhere\.py'"),
        ([CONFIG, '--resume', 'nowhere.pth'], r"no checkpoint file 'nowhere\.pth'"),
    ],
)
def test_missing_files(config_of, args, message):
    with pytest.raises(FileNotFoundError, match=message):
        config_of('train', *args)


# In processes of their own


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
