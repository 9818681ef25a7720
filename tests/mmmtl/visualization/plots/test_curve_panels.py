import pytest

from mmmtl.evaluation.logged_scalars import LogEntry, RunScalars
from mmmtl.visualization.plots.axes import Curve
from mmmtl.visualization.plots.curve_panels import (
    CurvePanel,
    LoggedNumber,
    collect_runs,
    draw_curve_panels,
    find_gap,
    logged_keys,
)
from tests.utils.logged_runs import log_run


def run_of(train=(), val=(), by_epoch=True):
    """A run whose entries are dicts, at positions 1, 2, ..."""
    train, val = (
        [LogEntry(index + 1, dict(values)) for index, values in enumerate(entries)]
        for entries in (train, val)
    )
    return RunScalars(by_epoch, train, val)


LOSSES = [dict(loss=4.0), dict(loss=2.0), dict(loss=1.0)]
IOUS = [dict(mIoU=10.0), dict(mIoU=30.0), dict(mIoU=20.0)]


def test_a_number_is_shown_under_the_first_name_that_was_logged():
    run = run_of(train=[dict(raw=1.0, loss=2.0), dict(raw=3.0)])
    curve = LoggedNumber('train', ('exact', 'raw', 'loss')).curve(run)
    assert curve == Curve([1, 2], [1.0, 3.0])
    assert LoggedNumber('val', ('raw',)).curve(run) == Curve([], [])


def test_one_folder_is_no_list(tmp_path):
    with pytest.raises(ValueError, match=f'run_dirs: expected a list of folders, .*{tmp_path}'):
        collect_runs(str(tmp_path))


def test_runs_are_read_or_taken_as_they_are(tmp_path):
    log_run(tmp_path / 'a', '20250101_000000', [1, 2])
    given = run_of(train=LOSSES)
    found = collect_runs({'read': tmp_path / 'a', 'given': given})
    assert found['given'] is given
    assert found['read'].series('val', 'seg/mIoU') == ([1, 2], [10, 20])
    assert list(collect_runs([tmp_path / 'a'])) == [str(tmp_path / 'a')]


def test_runs_that_cannot_be_compared_are_named(tmp_path):
    for nothing in ([], {}):
        with pytest.raises(ValueError, match='run_dirs: expected at least one run, found none'):
            collect_runs(nothing)
    runs = {'a': run_of(train=LOSSES), 'b': run_of(train=LOSSES, by_epoch=False)}
    with pytest.raises(ValueError, match='all runs to count epochs, or all iterations'):
        collect_runs(runs)
    with pytest.raises(FileNotFoundError, match='nowhere'):
        collect_runs([tmp_path / 'nowhere'])


def test_names_come_once_and_in_the_order_of_the_logs():
    runs = {
        'a': run_of(train=[dict(b=1.0, a=1.0)], val=IOUS),
        'b': run_of(train=[dict(a=1.0, c=1.0)]),
    }
    assert logged_keys(runs, 'train') == ['b', 'a', 'c']
    assert logged_keys(runs, 'val') == ['mIoU']


def test_a_gap_is_where_both_curves_are():
    first, second = Curve([1, 2, 4], [1.0, 2.0, 3.0]), Curve([2, 3, 4], [5.0, 6.0, 2.5])
    assert find_gap(first, second) == Curve([2, 4], [3.0, -0.5])
    assert find_gap(first, Curve([], [])) == Curve([], [])


def test_a_pair_is_two_lines_and_a_gap_is_one():
    number, other = LoggedNumber('train', ('loss',)), LoggedNumber('val', ('loss',))
    assert CurvePanel('k', 't', number, other).is_pair
    assert not CurvePanel('k', 't', number, other, shows_gap=True).is_pair
    assert not CurvePanel('k', 't', number).is_pair


def panel(key, mode):
    return CurvePanel(key, f'{key} of it', LoggedNumber(mode, (key,)))


def test_plots_that_are_left_over_are_hidden_and_the_lowest_say_what_is_counted():
    runs = {'a': run_of(LOSSES, IOUS)}
    panels = [panel('loss', 'train'), panel('mIoU', 'val'), panel('loss', 'train')]
    figure = draw_curve_panels(runs, panels, columns=2)
    assert [axis.get_visible() for axis in figure.axes] == [True] * 3 + [False]
    assert [axis.get_xlabel() for axis in figure.axes[:3]] == ['', 'epoch', 'epoch']
    assert figure.axes[0].get_title(loc='left') == 'loss of it'
    assert figure.legends == []  # one run needs no name
    by_iteration = {'a': run_of(LOSSES, by_epoch=False)}
    (axis,) = draw_curve_panels(by_iteration, panels[:1], columns=1).axes
    assert axis.get_xlabel() == 'iteration'


@pytest.mark.parametrize(('key', 'best', 'at'), [('mIoU', 30, 2), ('rmse', 10, 1)])
def test_the_best_value_of_a_metric_has_a_dot(key, best, at):
    values = [{key: value} for entry in IOUS for value in entry.values()]
    runs = {'a': run_of(LOSSES, values)}
    (axis,) = draw_curve_panels(runs, [panel(key, 'val')], columns=1).axes
    _, dot = axis.get_lines()
    assert (dot.get_xdata(), dot.get_ydata()) == ([at], [best])
    assert axis.get_title(loc='right') == f'best {best}'


def test_nothing_is_best_of_an_unknown_number_or_of_nan():
    runs = {'a': run_of(LOSSES, [dict(other=1.0, mIoU=float('nan'))])}
    for key in ('other', 'mIoU'):
        (axis,) = draw_curve_panels(runs, [panel(key, 'val')], columns=1).axes
        assert len(axis.get_lines()) == 1
        assert axis.get_title(loc='right') == ''


def test_several_runs_are_named_and_have_dots_without_values():
    runs = {'a': run_of(LOSSES, IOUS), 'b': run_of(LOSSES, IOUS[:1])}
    figure = draw_curve_panels(runs, [panel('mIoU', 'val')], columns=1)
    (axis,) = figure.axes
    assert axis.get_title(loc='right') == ''
    assert [len(line.get_xdata()) for line in axis.get_lines()] == [3, 1, 1, 1]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ['a', 'b']
