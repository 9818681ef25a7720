"""The legend says what is in a picture, and nothing else."""

from matplotlib.figure import Figure

from mmmtl_bench.zoo.diagrams.legend import draw_legend
from mmmtl_bench.zoo.diagrams.parts import Block, Diagram, Link, Mark
from mmmtl_bench.zoo.diagrams.shapes import MapShape, Network
from tests.mmmtl_bench.zoo.diagrams._networks import TASKS, stages_of_two

NUMBERS = 'number: channels; fraction: size of the map'


def legend(diagram, network):
    axes = Figure().add_subplot()
    assert draw_legend(axes, diagram, network, 0, 7) < 0
    return [text.get_text() for text in axes.texts]


def test_of_a_single_network():
    diagram = Diagram(['seg'], [Block('a', 0, 0, 'seg', 'a')])
    assert legend(diagram, Network(('seg',), {'a': MapShape(8, 1)})) == ['of one task', NUMBERS]


def test_of_all_there_is():
    blocks = [Block('a', 0, 0, None, 'backbone[0]'), Block('b', 1, 0, 'seg', masked=True)]
    links = [Link('a', 'b', shared=True)]
    diagram = Diagram(TASKS, blocks, [Mark('m', 0, 0)], links)
    assert legend(diagram, stages_of_two(**{'backbone[0]': MapShape(8, 1, trained=False)})) == [
        'shared by all tasks',
        'of one task, a colour for each',
        'attention of a task',
        'layers on its way that tasks share',
        'exchange between tasks',
        'frozen',
        NUMBERS,
    ]
