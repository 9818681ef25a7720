from mmseg.registry import HOOKS, MODELS

from mmmtl.checks.names import check_names
from mmmtl.checks.places import Place
from mmmtl.checks.problems import Problems


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
