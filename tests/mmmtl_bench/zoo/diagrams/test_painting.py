"""How parts are drawn."""

import pytest
from matplotlib.figure import Figure

from mmmtl_bench.zoo.diagrams.painting import Painter
from mmmtl_bench.zoo.diagrams.parts import Block, Diagram, Link, Mark
from mmmtl_bench.zoo.diagrams.shapes import MapShape, Network
from tests.mmmtl_bench.zoo.diagrams._networks import TASKS, stages_of_two


def paint(diagram, network, **options):
    axes = Figure(figsize=(7, 3)).add_axes((0, 0, 1, 1))
    painter = Painter(axes, diagram, network, **options)
    painter.paint()
    return painter, [text.get_text() for text in axes.texts]


def describe():
    diagram = Diagram(TASKS)
    diagram.row(['backbone[0]', 'backbone[1]'], 1, 0)
    diagram.chain([diagram.image(), 'backbone[0]'])
    diagram.marks += [Mark('mark', 2, 1, 'seg'), Mark('bar', 2.5, -1, reach=2)]
    diagram.links += [Link('backbone[1]', 'mark'), Link('mark', 'bar', 'seg', shared=True)]
    diagram.head('bar', 'seg', 3, 1)
    return diagram


def test_numbers_are_those_of_the_network():
    _, texts = paint(describe(), stages_of_two())
    assert texts == ['64', '128', 'image', 'seg', '1/4', '1/8']


def test_a_larger_map_is_higher_and_more_channels_are_wider():
    painter, _ = paint(describe(), stages_of_two())
    first, second = painter.boxes['backbone[0]'], painter.boxes['backbone[1]']
    assert first.high > second.high
    assert first.wide < second.wide


def test_an_exchange_reaches_from_its_lane_up():
    painter, _ = paint(describe(), stages_of_two())
    mark, bar = painter.boxes['mark'], painter.boxes['bar']
    assert bar.y == 0
    assert bar.high > mark.y


def test_small_pictures_have_no_words():
    assert paint(describe(), stages_of_two(), labels=False)[1] == []


def test_what_is_frozen_is_hatched():
    diagram = Diagram(['seg'], [Block('a', 0, 0, None, 'a')])
    for trained in (True, False):
        painter, _ = paint(diagram, Network(('seg',), {'a': MapShape(8, 4, trained)}))
        assert bool(painter.axes.patches[0].get_hatch()) != trained


def test_a_block_may_say_itself_that_it_is_not_frozen():
    diagram = Diagram(['seg'], [Block('a', 0, 0, None, 'a', frozen=False)])
    painter, _ = paint(diagram, Network(('seg',), {'a': MapShape(8, 4, trained=False)}))
    assert not painter.axes.patches[0].get_hatch()


def test_a_frame_stands_around_and_behind_its_blocks():
    blocks = [Block('a', 1, 0, None, 'backbone[0]'), Block('b', 2, 0, None, 'backbone[1]')]
    diagram = Diagram(TASKS, [*blocks, Block('frame', 1, 0, span=1, frame=True)])
    painter, texts = paint(diagram, stages_of_two())
    first, last, frame = (painter.boxes[name] for name in ('a', 'b', 'frame'))
    assert frame.x - frame.wide < first.x - first.wide
    assert frame.x + frame.wide > last.x + last.wide
    assert frame.high > max(first.high, last.high)
    assert painter.axes.patches[2].get_zorder() < painter.axes.patches[0].get_zorder()
    assert texts == ['64', '128', '1/4', '1/8']


def test_what_the_network_has_not_cannot_be_drawn():
    with pytest.raises(KeyError, match=r'backbone\[1\]'):
        paint(describe(), Network(TASKS, {'backbone[0]': MapShape(64, 4)}))
