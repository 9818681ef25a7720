import pytest
from matplotlib.figure import Figure

from mmmtl.evaluation.logged_scalars import LogEntry, RunScalars
from mmmtl.visualization import draw_gradient_conflicts


def run(*values, key='cosine/seg-depth'):
    entries = [LogEntry(1, {key: value}, 10 * index) for index, value in enumerate(values, 1)]
    return RunScalars(train=[LogEntry(1, {'loss': 1.0}, 5), *entries])


def test_dots_means_and_shares(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr(Figure, 'savefig', lambda figure, *args, **kwargs: drawn.append(figure))
    runs = {'a': run(*[-0.5] * 10, *[0.5] * 30), 'b': run(0.25)}
    draw_gradient_conflicts(runs, tmp_path / 'a.png')
    (axis,) = drawn[0].axes
    assert axis.get_title('left') == 'seg – depth'
    assert axis.get_title('right') == 'conflicts: 25 %, 0 %'
    zero, dots, means, *_ = axis.lines
    assert len(dots.get_xdata()) == 40
    assert len(means.get_xdata()) == 20
    assert list(means.get_xdata()[:2]) == [15, 35]  # of iterations 10 and 20, 30 and 40
    assert list(means.get_ydata()[[0, -1]]) == [-0.5, 0.5]
    assert [text.get_text() for text in drawn[0].legends[0].get_texts()] == ['a', 'b']


def test_each_pair_has_a_plot(tmp_path):
    one = run(0.1, -0.2)
    one.train[1].values.update({'cosine/seg-normal': 0.3, 'cosine/depth-normal': -0.1})
    draw_gradient_conflicts({'a': one}, tmp_path / 'a.svg')
    text = (tmp_path / 'a.svg').read_text()
    for pair in ('seg – depth', 'seg – normal', 'depth – normal'):
        assert f'<!-- {pair} -->' in text


def test_mistakes(tmp_path):
    with pytest.raises(ValueError, match='expected cosine/<task>-<task> in the logs, found none'):
        draw_gradient_conflicts({'a': run(1.0, key='loss')}, tmp_path / 'a.png')
    with pytest.raises(ValueError, match='out_file: expected a suffix'):
        draw_gradient_conflicts({'a': run(1.0)}, tmp_path / 'a.bmp')
