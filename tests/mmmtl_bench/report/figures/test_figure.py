"""Figures, in parts and as files."""

from mmmtl_bench.report.figures import PlannedFigure, draw_figure
from mmmtl_bench.report.figures.figure import plan_parts


def test_a_figure_has_a_file_for_each_format(results, tmp_path, figure_of):
    drawn = draw_figure(figure_of(results, '1-weighting-spread'), tmp_path / 'new' / 'figures')
    assert [file.name for file in drawn.files] == [
        '1-weighting-spread.png',
        '1-weighting-spread.pdf',
    ]
    assert drawn.picture.read_bytes().startswith(b'\x89PNG')
    assert drawn.files[1].read_bytes().startswith(b'%PDF')


def test_each_format_is_drawn_by_its_suffix(tmp_path):
    figure = PlannedFigure('a.b', '', '', '', None, lambda file: file.write_text('x'), ('.txt',))
    drawn = draw_figure(figure, tmp_path)
    assert drawn.figure is figure
    assert drawn.files == (tmp_path / 'a.b.txt',)
    assert drawn.picture.read_text() == 'x'


def test_very_long_names_are_cut_and_differ(tmp_path):
    drawn = [
        draw_figure(
            PlannedFigure('w' * 240 + end, '', '', '', None, lambda file: file.touch(), ('.png',)),
            tmp_path,
        )
        for end in 'ab'
    ]
    first, second = (figure.picture.name for figure in drawn)
    assert first != second
    assert len(first) == len(second) == 124
    assert first.startswith('w' * 111 + '-')


def plan(parts, draw=print, **changes):
    values = dict(name='n', kind='Kind', title='Title', caption='How.', table=3)
    return list(plan_parts(parts, draw, **values | changes))


def test_one_part_is_the_figure_itself(tmp_path):
    calls = []
    (figure,) = plan([['a', 'b']], lambda part, file: calls.append((part, file)), formats=('.x',))
    assert (figure.name, figure.kind, figure.title) == ('n', 'Kind', 'Title')
    assert (figure.caption, figure.table, figure.formats) == ('How.', 3, ('.x',))
    figure.draw(tmp_path)
    assert calls == [(['a', 'b'], tmp_path)]


def test_several_parts_are_numbered_and_empty_ones_left_out(tmp_path):
    calls = []
    figures = plan([['a'], [], ['b']], lambda part, file: calls.append(part))
    assert [figure.name for figure in figures] == ['n-1', 'n-3']
    assert [figure.title for figure in figures] == ['Title, part 1 of 3', 'Title, part 3 of 3']
    for figure in figures:
        figure.draw(tmp_path)
    assert calls == [['a'], ['b']]
    assert plan([]) == []
