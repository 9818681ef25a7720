from dataclasses import dataclass

import pytest

from mmmtl.tasks import ScalarTask, VectorTask
from mmmtl.tasks.task import Task
from mmmtl.visualization.sheets.painters import make_error_painter, make_painter
from mmmtl.visualization.sheets.painters.scalar_painter import ScalarErrorPainter, ScalarPainter


@dataclass(frozen=True, kw_only=True)
class Temperature(ScalarTask):
    """A kind that somebody derives."""


class Unpaintable:
    """No kind at all."""


def test_a_derived_kind_is_painted_as_the_kind_that_it_is():
    task = Temperature(name='heat', unit='K')
    assert isinstance(make_painter(task, [], []), ScalarPainter)
    assert isinstance(make_error_painter(task, []), ScalarErrorPainter)


def test_a_kind_that_is_not_registered_is_an_error():
    with pytest.raises(TypeError, match='make_painter: expected a kind that is registered'):
        make_painter(Unpaintable(), [], [])
    with pytest.raises(TypeError, match='make_error_painter: expected a kind that is registered'):
        make_error_painter(Unpaintable(), [])


@pytest.mark.parametrize('make', [make_painter, make_error_painter])
def test_every_kind_of_the_package_is_registered(make):
    kinds = {kind for kind in Task.__subclasses__() if kind.__module__.startswith('mmmtl.')}
    assert VectorTask in kinds
    assert kinds <= set(make.registry)
