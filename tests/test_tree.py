"""The order of the tree: who may import whom, and where the tests of a module stand."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.utils.paths import REPOSITORY

PACKAGES = ('mmmtl', 'mmmtl_scenes', 'mmmtl_bench')
FILES = {
    '.'.join(path.relative_to(REPOSITORY).with_suffix('').parts): path
    for package in PACKAGES
    for path in (REPOSITORY / package).rglob('*.py')
}
WITHOUT_BEHAVIOUR = {'mmmtl.version'}
SCENES_MAY_IMPORT = {
    'mmmtl.apis.arguments',
    'mmmtl.datasets.class_set',
    'mmmtl.datasets.cityscapes_labels',
    'mmmtl.datasets.nyuv2_labels',
    'mmmtl.datasets.stereo_camera',
    'mmmtl.files',
    'mmmtl.output_folder',
    'mmmtl.worker_pool',
}


def imported_names(path: Path, inside_functions: bool = True) -> set[str]:
    """The dotted names that a file imports; ``from a import b`` gives ``a.b``."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if inside_functions else tree.body
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f'{node.module}.{alias.name}' for alias in node.names}
    return names


def imported_modules(path: Path) -> set[str]:
    """The modules of the packages that a file takes names from."""
    modules = set()
    for name in imported_names(path):
        for candidate in (name, name.rpartition('.')[0]):
            if candidate in FILES:
                modules.add(candidate)
                break
            if f'{candidate}.__init__' in FILES:
                modules.add(f'{candidate}.__init__')
                break
    return modules


def test_no_import_goes_in_a_circle():
    graph = {name: imported_modules(path) - {name} for name, path in FILES.items()}
    TopologicalSorter(graph).prepare()  # raises a CycleError that names the circle


def test_the_plugin_imports_no_neighbour():
    for name, path in FILES.items():
        if name.startswith('mmmtl.'):
            inside_commands = name == 'mmmtl.__main__'
            names = imported_names(path, inside_functions=not inside_commands)
            assert not [n for n in names if n.startswith(('mmmtl_scenes', 'mmmtl_bench'))], name


def test_scenes_need_little_of_the_plugin():
    for name, path in FILES.items():
        if name.startswith('mmmtl_scenes.'):
            foreign = {m for m in imported_modules(path) if not m.startswith('mmmtl_scenes.')}
            assert foreign <= SCENES_MAY_IMPORT, name


@pytest.mark.parametrize('package', PACKAGES)
def test_every_module_has_its_tests_at_the_mirrored_path(package):
    modules = {
        name: path.relative_to(REPOSITORY)
        for name, path in sorted(FILES.items())
        if name.startswith(f'{package}.') and path.name not in ('__init__.py', '__main__.py')
        if name not in WITHOUT_BEHAVIOUR
    }
    without = [
        name
        for name, path in modules.items()
        if not (REPOSITORY / 'tests' / path.with_name(f'test_{path.name}')).is_file()
    ]
    assert not without, f'{len(without)} of {len(modules)} have no tests: {", ".join(without)}'
