import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets.readers import ColorReader

ROAD, TREE, VOID = (128, 64, 128), (107, 142, 35), (0, 0, 0)


def read(path, colors, **options):
    Image.fromarray(np.array([colors], np.uint8)).save(path)
    return ColorReader([ROAD, TREE], **options)(str(path), {})


def test_each_colour_is_a_class_and_ignored_ones_have_no_label(tmp_path):
    found = read(tmp_path / 'a.png', [TREE, ROAD, VOID], ignored=[VOID])

    assert found.tolist() == [[1, 0, 255]]
    assert found.dtype == np.uint8


def test_channels_are_not_mixed_up(tmp_path):
    colors = [(0, 0, 1), (0, 1, 0), (1, 0, 0), (255, 255, 255)]
    Image.fromarray(np.array([colors[::-1]], np.uint8)).save(tmp_path / 'a.png')

    assert ColorReader(colors)(str(tmp_path / 'a.png'), {}).tolist() == [[3, 2, 1, 0]]


def test_alpha_is_left_out(tmp_path):
    assert read(tmp_path / 'a.png', [(*ROAD, 255), (*TREE, 0)]).tolist() == [[0, 1]]


def test_an_unknown_colour_is_named(tmp_path):
    with pytest.raises(ValueError, match=r'a\.png: 1 colour.* nor in ignored: \(128, 64, 129\)\.'):
        read(tmp_path / 'a.png', [ROAD, (128, 64, 129)])
    with pytest.raises(ValueError, match=r'6 colour\(s\) .*\(5, 0, 0\) and more\.'):
        read(tmp_path / 'a.png', [(red, 0, 0) for red in range(1, 7)])


def test_ids_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r'a\.png: expected colours .*shape \(1, 2\).*IdMapReader'):
        read(tmp_path / 'a.png', [0, 1])


@pytest.mark.parametrize(
    ('colors', 'ignored', 'line'),
    [
        ([], (), 'colors: expected 1 to 255 colours, found 0'),
        ([(1, 2)], (), r'colors: expected red, .* found \(1, 2\)'),
        ([(1, 2, 256)], (), 'colors: expected red, '),
        ([(1, 2, 0.5)], (), 'colors: expected red, '),
        (['red'], (), "colors: expected red, .* found 'red'"),
        ([ROAD], [7], 'ignored: expected red, .* found 7'),
        ([ROAD, ROAD], (), r'found \(128, 64, 128\) twice'),
        ([ROAD], [ROAD], r'found \(128, 64, 128\) twice'),
    ],
)
def test_options_are_checked(colors, ignored, line):
    with pytest.raises(ValueError, match=line):
        ColorReader(colors, ignored)
