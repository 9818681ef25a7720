import subprocess
import sys

import pytest

from mmmtl.compat.versions import check_versions
from tests.utils.paths import REPOSITORY

GOOD = {
    'torch': '2.13.0+cpu',
    'mmengine': '0.10.7',
    'mmcv-lite': '2.2.0',
    'onedl-mmsegmentation': '1.4.2',
}


def check(**changes):
    """Checks a made-up environment: GOOD with changes, where None means not installed."""
    found = GOOD | {name.replace('_', '-'): value for name, value in changes.items()}
    check_versions(found.get, lambda module: False)


def problems(**changes):
    with pytest.raises(ImportError) as caught:
        check(**changes)
    return [line for line in str(caught.value).splitlines() if line.startswith('  - ')]


def test_this_environment_is_accepted():
    check_versions()


@pytest.mark.parametrize(
    'changes',
    [
        {},
        dict(mmengine='0.10.8rc1'),
        dict(mmengine=None, onedl_mmengine='0.10.12'),
        dict(torch='2.6.0+cu124'),
        dict(torch='2.7.0a0+git1234567'),
        dict(mmcv_lite=None, onedl_mmcv='2.3.0'),
        dict(mmcv='2.1.0', mmsegmentation='1.2.2', onedl_mmsegmentation=None),
    ],
)
def test_stacks_that_fit(changes):
    check(**changes)


@pytest.mark.parametrize(
    ('changes', 'expected'),
    [
        (dict(torch='2.5.1'), 'torch 2.5.1 is out of range: needs torch>=2.6'),
        (dict(torch='2.6.0rc1'), 'torch 2.6.0rc1 is out of range'),
        (dict(torch=None), 'torch is missing: needs torch>=2.6'),
        (dict(mmengine='1.0.0rc1'), 'mmengine 1.0.0rc1 is out of range'),
        (dict(mmengine='0.10.3'), 'mmengine 0.10.3 is out of range: needs mmengine<1,>=0.10.4'),
        (dict(mmcv_lite='1.7.2'), 'mmcv-lite 1.7.2 is out of range'),
        (dict(mmcv_lite=None), 'mmcv is missing: needs mmcv<3,>=2.0.0 or mmcv-lite'),
        (dict(onedl_mmsegmentation='1.3.9'), 'onedl-mmsegmentation 1.3.9 is out of range'),
        (
            dict(onedl_mmsegmentation=None),
            'mmseg is missing: needs mmsegmentation<2,>=1.2.2 or onedl',
        ),
    ],
)
def test_one_problem(changes, expected):
    (problem,) = problems(**changes)
    assert expected in problem


def test_every_problem_is_listed_with_the_way_out():
    with pytest.raises(ImportError) as caught:
        check(torch='2.5.1', mmengine=None, mmcv_lite=None, onedl_mmsegmentation=None)
    message = str(caught.value)
    assert message.count('\n  - ') == 4
    assert 'pip install torch==2.13.0 mmengine==0.10.7 mmcv-lite==2.2.0 onedl-' in message


def test_the_pair_that_cannot_be_imported_is_named():
    (problem,) = problems(mmsegmentation='1.2.2', onedl_mmsegmentation=None)
    assert 'mmcv-lite, which has no mmcv.ops' in problem


def test_a_source_tree_has_no_version_to_check():
    found = {**GOOD, 'mmengine': None}
    check_versions(found.get, lambda module: module == 'mmengine')


def test_the_check_imports_nothing_of_the_stack():
    code = (
        'import importlib.util, sys\n'
        "spec = importlib.util.spec_from_file_location('versions', 'mmmtl/compat/versions.py')\n"
        'module = importlib.util.module_from_spec(spec)\n'
        "sys.modules['versions'] = module\n"
        'spec.loader.exec_module(module)\n'
        'module.check_versions()\n'
        "print([name for name in ('torch', 'mmengine', 'mmcv', 'mmseg') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, '-c', code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == '[]'
