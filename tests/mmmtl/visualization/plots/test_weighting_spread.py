import pytest

from mmmtl.visualization.plots.weighting_spread import draw_weighting_spread

METRICS = {
    'seg/mIoU': {
        'Dense': {'equal': 50.0, 'dwa': 52.5, 'uncertainty': 51.0},
        'MTAN': {'dwa': 53.0, 'equal': 53.25},
    },
    'depth/abs_err': {'Dense': {'equal': 0.02, 'dwa': 0.03}},
}


def test_dots_and_bars(figures, tmp_path):
    out = tmp_path / 'spread.svg'
    draw_weighting_spread(METRICS, out, {'seg/mIoU': 51.5, 'seg/aAcc': 90.0}, 'One Task')
    seg, depth = figures[0].axes

    assert seg.get_title(loc='left') == 'seg/mIoU ↑'
    assert depth.get_title(loc='left') == 'depth/abs_err ↓'
    names = [label.get_text() for label in seg.get_yticklabels()]
    assert names == ['Dense', 'MTAN']
    dots = {
        (line.get_label(), round(float(line.get_ydata()[0]))): line.get_xdata()[0]
        for line in seg.get_lines()
        if line.get_marker() == 'o'
    }
    assert dots == {
        ('equal', 0): 50.0,
        ('dwa', 0): 52.5,
        ('uncertainty', 0): 51.0,
        ('dwa', 1): 53.0,
        ('equal', 1): 53.25,
    }
    bars = [list(line.get_xdata()) for line in seg.get_lines() if line.get_linewidth() == 5]
    assert bars == [[50.0, 52.5], [53.0, 53.25]]
    assert [text.get_text() for text in seg.texts] == ['2.5', '0.25']
    assert [text.get_text() for text in depth.texts] == ['0.01']
    texts = [text.get_text() for text in figures[0].legends[0].get_texts()]
    assert texts == ['equal', 'dwa', 'uncertainty', 'One Task']
    assert '<svg' in out.read_text()[:2000]


def test_the_baseline_is_a_line_where_it_has_the_metric(figures, tmp_path):
    draw_weighting_spread(METRICS, tmp_path / 'spread.png', {'seg/mIoU': 51.5})
    seg, depth = figures[0].axes

    lines = [line for line in seg.get_lines() if line.get_label() == 'single task']
    assert [list(line.get_xdata()) for line in lines] == [[51.5, 51.5]]
    assert all(line.get_label() != 'single task' for line in depth.get_lines())


def test_more_weightings_than_colours_have_other_marks(figures, tmp_path):
    values = {f'w{index}': float(index) for index in range(9)}
    draw_weighting_spread({'seg/mIoU': {'MTAN': values}}, tmp_path / 'spread.png')

    lines = [line for line in figures[0].axes[0].get_lines() if line.get_label() in values]
    looks = {line.get_label(): (line.get_color(), line.get_marker()) for line in lines}
    assert len(set(looks.values())) == 9
    assert looks['w0'][0] == looks['w7'][0]


@pytest.mark.parametrize(
    ('metrics', 'out', 'message'),
    [
        ({}, 'spread.png', 'metrics: expected at least one value'),
        (METRICS, 'spread.txt', 'out_file: expected a suffix'),
    ],
)
def test_wrong_arguments(metrics, out, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        draw_weighting_spread(metrics, tmp_path / out)
