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
KNOWS_TASKS = ('mmmtl.tasks.', 'mmmtl.models.checkpoints.')
"""Packages that may ask for a task's name or kind: where these are, and formats of others."""
KNOWS_LAYOUTS = {
    'mmmtl.datasets.class_choice',
    'mmmtl.datasets.cityscapes',
    'mmmtl.datasets.multi_task_dataset',
    'mmmtl.datasets.nyuv2',
}
KINDS = {
    'BinaryTask', 'BoundaryTask', 'ClassTask', 'DirectionTask', 'ImageClassTask', 'ScalarTask',
    'VectorTask',
}  # fmt: skip
KNOWN_TASKS = {'SEG': 'seg', 'DEPTH': 'depth', 'NORMAL': 'normal'}
SCENES_MAY_IMPORT = {
    'mmmtl.apis.arguments',
    'mmmtl.datasets.class_set',
    'mmmtl.datasets.cityscapes_labels',
    'mmmtl.datasets.decathlon_domains',
    'mmmtl.datasets.nyuv2_labels',
    'mmmtl.datasets.pascal_labels',
    'mmmtl.datasets.stereo_camera',
    'mmmtl.files',
    'mmmtl.output_folder',
    'mmmtl.thinning',
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
            inside_commands = name.startswith('mmmtl.commands.')
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


def names_in(node: ast.AST) -> set[str]:
    """The names that an expression uses, attributes too."""
    nodes = list(ast.walk(node))
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    return names | {one.attr for one in nodes if isinstance(one, ast.Attribute)}


def is_known_task(node: ast.AST) -> bool:
    """Whether an expression is a known task, its name or a collection of such."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return any(is_known_task(element) for element in node.elts)
    if isinstance(node, ast.Attribute) and node.attr == 'name':
        return is_known_task(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr in KNOWN_TASKS
    if isinstance(node, ast.Constant):
        return node.value in KNOWN_TASKS.values()
    return isinstance(node, ast.Name) and node.id in KNOWN_TASKS


def questions_about_tasks(source: str) -> list[str]:
    """The expressions of a file that ask which task or which kind of task something is."""
    asked = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ('isinstance', 'issubclass'):
            found = bool(names_in(node.args[1]) & KINDS)
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            found = any(is_known_task(s) or names_in(s) & KINDS for s in sides)
        elif isinstance(node, ast.match_case):
            parts = ast.walk(node.pattern)
            values = [p for p in parts if isinstance(p, (ast.MatchValue, ast.MatchClass))]
            found = any(
                names_in(value) & (KINDS | set(KNOWN_TASKS))
                or (isinstance(value, ast.MatchValue) and is_known_task(value.value))
                for value in values
            )
        else:
            continue
        if found:
            asked.append(ast.unparse(getattr(node, 'pattern', node)))
    return asked


@pytest.mark.parametrize(
    ('code', 'asks'),
    [
        ("task.name == 'seg'", True),
        ("'normal' not in names", True),
        ("name in ('depth', 'height')", True),
        ('task == NORMAL', True),
        ('task.name != tasks.DEPTH.name', True),
        ('isinstance(task, (int, tasks.ClassTask))', True),
        ('issubclass(kind, VectorTask)', True),
        ('type(task) is ScalarTask', True),
        ("match name:\n    case 'seg':\n        found = 1", True),
        ('match task:\n    case BinaryTask():\n        found = 1', True),
        ("task.kind == 'cloudy'", False),
        ('task.gt_field == SEG.gt_field', False),
        ('make_painter.register(ClassTask, ClassPainter)', False),
        ('isinstance(task, Task)', False),
        ("metric = 'seg/mIoU'", False),
    ],
)
def test_questions_about_tasks_are_found(code, asks):
    assert bool(questions_about_tasks(code)) == asks


def test_nothing_but_the_tasks_themselves_asks_which_task_it_is():
    asked = {
        name: questions
        for name, path in FILES.items()
        if name.startswith('mmmtl.')
        and not name.startswith(KNOWS_TASKS)
        and name not in KNOWS_LAYOUTS
        if (questions := questions_about_tasks(path.read_text()))
    }
    assert asked == {}
