"""Descriptions of pictures."""

import pytest

from mmmtl_bench.zoo.diagrams.parts import Diagram, Link, lanes_of


@pytest.mark.parametrize(
    ('count', 'options', 'lanes'),
    [
        (1, {}, [0]),
        (1, dict(low=1), [1]),
        (2, {}, [1, -1]),
        (2, dict(gap=0.5), [0.5, -0.5]),
        (3, {}, [1, 0, -1]),
        (3, dict(low=1), [2, 1, -1]),
        (4, dict(gap=0.6, low=0.3), [0.9, 0.3, -0.3, -0.9]),
    ],
)
def test_lanes(count, options, lanes):
    assert list(lanes_of([f't{i}' for i in range(count)], **options).values()) == pytest.approx(
        lanes
    )


def test_a_row_is_a_chain():
    diagram = Diagram(['seg', 'depth'])
    assert diagram.row(['a', 'b', 'c'], 2, 1, 'seg', step=2) == ['a', 'b', 'c']
    assert [(block.column, block.lane) for block in diagram.blocks] == [(2, 1), (4, 1), (6, 1)]
    assert diagram.links == [Link('a', 'b', 'seg'), Link('b', 'c', 'seg')]


def test_of_one_task_everything_is_its_own():
    assert Diagram(['seg']).owner == 'seg'
    assert Diagram(['seg', 'depth']).owner is None


def test_layers_that_tasks_share_may_be_on_the_way_to_a_head():
    diagram = Diagram(['seg', 'depth'])
    diagram.head('x', 'seg', 1, 0)
    diagram.head('x', 'depth', 1, 1, shared=True)
    assert [link.shared for link in diagram.links] == [False, True]


def test_a_first_prediction_is_named_so():
    diagram = Diagram(['seg'])
    assert diagram.head('x', 'seg', 1, 0) != diagram.head('x', 'seg', 1, 1, initial=True)
    assert [block.text for block in diagram.blocks] == ['seg', 'seg, first']
