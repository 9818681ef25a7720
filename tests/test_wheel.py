"""The wheel alone, in an empty folder: everything that needs no file of the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from mmmtl.__main__ import COMMANDS
from tests.utils.paths import CONFIGS, REPOSITORY

pytestmark = pytest.mark.e2e

BUILD = """
import sys
from setuptools import build_meta
print(getattr(build_meta, sys.argv[1])(sys.argv[2]))
"""
USE = """
import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import mmmtl
from mmmtl.__main__ import COMMANDS, main
from mmmtl.apis.launch import load_config
from mmmtl_bench.suite.suite import Suite
from mmmtl_bench.suite.suite_reading import read_suite_values

suites = [f'mmmtl::{name}' for name in mmmtl.list_suites()]
commands = [[name, '--help'] for name in COMMANDS]
commands += [
    ['benchmark', 'mmmtl::embedded.yaml', '--work-dir', 'runs', '--dry-run', '--only', '*one-task*']
]
commands += [['configs', 'mtan_segnet_nyuv2*']]
codes = {}
for command in commands:
    with redirect_stdout(StringIO()):
        try:
            codes[' '.join(command)] = main(command)
        except SystemExit as stopped:
            codes[' '.join(command)] = stopped.code
for suite in suites:
    codes[suite] = int(not Suite.from_file(read_suite_values(suite), suite).specs())

Path('mine.py').write_text(
    "_base_ = 'mmmtl::mtan_segnet_cityscapes7.py'\\nmodel = dict(backbone=dict(widths=[4] * 5))\\n"
)
inherited = load_config('mine.py').model.backbone.widths

widths = ','.join(['4'] * 5)
options = [f'model.{part}.widths={widths}' for part in ('backbone', 'neck')]
options += [
    f'model.decode_head.{task}.{key}=4'
    for task in ('seg', 'depth')
    for key in ('in_channels', 'channels')
]
options += ['train_cfg.max_epochs=1', 'param_scheduler.0.total_steps=1']
options += [f'{split}_dataloader.num_workers=0' for split in ('train', 'val', 'test')]
small = ['--train-images', '4', '--val-images', '2', '--cfg-options', *options]
codes['demo'] = main(['demo', '--work-dir', 'demo', *small])
print(json.dumps(dict(
    codes=codes,
    inherited=list(inherited),
    configs=mmmtl.list_configs(),
    modules=sorted(
        {str(getattr(m, '__file__', '')) for n, m in sys.modules.items() if n.startswith('mmmtl')}
    ),
)))
"""


def python(folder, *arguments, **variables):
    """Runs Python in a folder, without the repository."""
    environment = {key: value for key, value in os.environ.items() if key != 'PYTHONPATH'}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env={**environment, 'OMP_NUM_THREADS': '1', **variables},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout.splitlines()[-1]


@pytest.fixture(scope='module')
def wheel(tmp_path_factory):
    """The wheel that is built from the source distribution, as pip builds it."""
    folder = tmp_path_factory.mktemp('built')
    files = subprocess.run(
        ['git', 'ls-files', '-z'], cwd=REPOSITORY, capture_output=True, text=True, check=False
    ).stdout.split('\0')
    tree = folder / 'tree'
    for name in filter(None, files or []):
        if (REPOSITORY / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            (tree / name).symlink_to(REPOSITORY / name)
    source = folder / python(tree, '-c', BUILD, 'build_sdist', folder)
    with tarfile.open(source) as archive:
        archive.extractall(folder / 'unpacked', filter='data')
    (unpacked,) = (folder / 'unpacked').iterdir()
    return folder / python(unpacked, '-c', BUILD, 'build_wheel', folder)


@pytest.fixture(scope='module')
def site(wheel, tmp_path_factory):
    """A folder that the wheel is installed into, and nothing else."""
    target = tmp_path_factory.mktemp('site')
    options = ('--no-deps', '--no-compile', '--no-index', '--quiet', '--target', target)
    subprocess.run([sys.executable, '-m', 'pip', 'install', *options, wheel], check=True)
    return target


def test_the_wheel_has_what_it_needs(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for package in ('mmmtl', 'mmmtl_bench', 'mmmtl_scenes'):
        assert f'{package}/py.typed' in names
    shipped = {name.removeprefix('mmmtl/.mim/') for name in names if '/.mim/' in name}
    expected = {
        str(path.relative_to(REPOSITORY))
        for folder in ('configs', 'suites', 'tools')
        for path in (REPOSITORY / folder).rglob('*')
        if path.is_file() and '__pycache__' not in path.parts
    }
    assert shipped == expected | {'model-index.yml'}
    assert not [name for name in names if name.startswith(('tests', 'demo'))]


def test_it_works_in_an_empty_folder(site, tmp_path):
    found = json.loads(python(tmp_path, '-c', USE, PYTHONPATH=str(site)))
    assert set(found['codes'].values()) == {0}, found['codes']
    assert {f'{name} --help' for name in COMMANDS} <= set(found['codes'])
    assert found['inherited'] == [4] * 5
    assert found['configs'] == sorted(path.name for path in CONFIGS.glob('*.py'))
    assert [path for path in found['modules'] if not path.startswith(str(site))] == []
    for name in ('metrics.md', 'predictions.png', 'curves.png', 'config.py', 'checkpoint.pth'):
        assert (tmp_path / 'demo' / name).stat().st_size > 100
    assert {path.name for path in Path(tmp_path).iterdir()} == {'data', 'demo', 'mine.py'}


def test_the_script_is_installed(site):
    text = (site / 'bin' / 'mmmtl').read_text()
    assert 'from mmmtl.__main__ import main' in text
