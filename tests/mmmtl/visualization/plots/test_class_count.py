import numpy as np
import pytest

from mmmtl.visualization.plots.class_count import Gain, draw_gain_by_classes

GAINS = {
    'seg/mIoU': {
        'Dense': {19: Gain(3.0), 2: Gain(1.0)},
        'MTAN': {2: Gain(0.5, 0.25), 7: Gain(2.0, 0.5), 19: Gain(4.0, 1.0)},
    },
    'depth/abs_err': {'MTAN': {2: Gain(-1.0), 7: Gain(1.0)}},
}


def lines_of(axis):
    return {
        line.get_label(): (np.round(line.get_xdata()).tolist(), line.get_ydata().tolist())
        for line in axis.get_lines()
        if line.get_label() in ('Dense', 'MTAN')
    }


def test_lines_over_the_numbers_of_classes(figures, tmp_path):
    out = tmp_path / 'gain.pdf'
    draw_gain_by_classes(GAINS, out, 'One Task')
    seg, depth = figures[0].axes

    assert [axis.get_title(loc='left') for axis in (seg, depth)] == list(GAINS)
    assert [label.get_text() for label in seg.get_xticklabels()] == ['2', '7', '19']
    assert lines_of(seg) == {'Dense': ([0, 2], [1, 3]), 'MTAN': ([0, 1, 2], [0.5, 2, 4])}
    assert lines_of(depth) == {'MTAN': ([0, 1], [-1, 1])}
    colors = [
        next(line.get_color() for line in axis.get_lines() if line.get_label() == 'MTAN')
        for axis in (seg, depth)
    ]
    assert colors[0] == colors[1]
    assert seg.get_ylabel() == 'gain over One Task [%]'
    assert [text.get_text() for text in figures[0].legends[0].get_texts()] == ['Dense', 'MTAN']
    assert out.read_bytes().startswith(b'%PDF')


def test_standard_deviations_are_bars(figures, tmp_path):
    draw_gain_by_classes(GAINS, tmp_path / 'gain.png')
    seg, depth = figures[0].axes

    (bars,) = seg.collections  # MTAN's only
    heights = [np.ptp(segment[:, 1]) for segment in bars.get_segments()]
    assert heights == pytest.approx([0.5, 1.0, 2.0])
    assert len(depth.collections) == 0


@pytest.mark.parametrize(
    ('gains', 'out', 'message'),
    [
        ({}, 'gain.png', 'gains: expected at least one gain'),
        (GAINS, 'gain.txt', 'out_file: expected a suffix'),
    ],
)
def test_wrong_arguments(gains, out, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        draw_gain_by_classes(gains, tmp_path / out)
