import pytest
from mmengine.hooks import LoggerHook
from mmengine.registry import HOOKS as ROOT_HOOKS
from mmengine.registry import Registry
from mmseg.registry import HOOKS, MODELS

from mmmtl.checks.names import check_names
from mmmtl.checks.places import Place
from mmmtl.checks.problems import Problems
from mmmtl.compat.scope import registry_scope


def test_the_nearest_names_are_written_in_their_place():
    problems = Problems()
    config = dict(type='SegNett', width=(8, 8))
    assert check_names([Place('model.backbone', config, MODELS)], problems) == set()
    assert config == dict(type='SegNet', widths=(8, 8))
    assert len(problems.lines()) == 2


def test_types_that_resemble_nothing_stay_unknown():
    problems = Problems()
    places = [Place('a', dict(type='Xyzzyq'), MODELS), Place('b', dict(type=3), MODELS)]
    assert check_names(places, problems) == {'a', 'b'}
    assert "found 'Xyzzyq'." in problems.lines()[0]


def test_types_of_a_package_that_is_not_installed():
    problems = Problems()
    place = Place('model.backbone', dict(type='xyzzy.SegNet'), MODELS)
    assert check_names([place], problems) == {'model.backbone'}
    assert problems.lines() == [
        'model.backbone.type: expected a type of the registry mmseg::model, '
        "found 'xyzzy.SegNet'; no package xyzzy is installed."
    ]


@pytest.mark.parametrize('kind', ['', '.X', '..', 'mmseg', 'sys.path', 'X.', '__main__.X'])
def test_names_of_no_type_are_unknown(kind):
    problems = Problems()
    assert check_names([Place('model.backbone', dict(type=kind), MODELS)], problems)
    (line,) = problems.lines()
    assert f'expected a type of the registry mmseg::model, found {kind!r}' in line


def test_arguments_of_types_that_take_any_are_not_judged():
    class Open:
        def __init__(self, **anything):
            pass

    class Own:
        def __init__(self, known, **more):
            pass

    problems = Problems()
    hook = dict(type='CheckpointHook', filename_tmpl='{}.pth', something=1)
    found = [
        Place('a', dict(type=Open, x=1), MODELS),
        Place('b', dict(type=Own, x=1), MODELS),
        Place('c', hook, HOOKS),
    ]
    check_names(found, problems)
    assert problems.lines() == []


def test_arguments_that_a_constructor_takes_out_of_any_are_known():
    class Warm(LoggerHook):
        def __init__(self, *args, **kwargs):
            self.warmth = kwargs.pop('warmth', 1)
            super().__init__(*args, **kwargs)

    problems = Problems()
    check_names([Place('a', dict(type=Warm, warmth=3, interval=1), HOOKS)], problems)
    assert problems.lines() == []
    check_names([Place('a', dict(type=Warm, warmt=3, interval=1), HOOKS)], problems)
    assert problems.lines() == ["a: Warm has no argument 'warmt'; did you mean 'warmth'?"]


def test_types_of_the_default_scope_are_known():
    own = Registry('hook', parent=ROOT_HOOKS, scope='checked_project')
    own.register_module(name='OnlyThere', module=LoggerHook)
    problems = Problems()
    try:
        with registry_scope('checked_project'):
            check_names([Place('a', dict(type='OnlyThere', interval=1), HOOKS)], problems)
    finally:
        del ROOT_HOOKS._children['checked_project']
    assert problems.lines() == []
