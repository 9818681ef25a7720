import numpy as np

from mmmtl.tasks.color_vision import color_distances
from mmmtl.tasks.distinct_palette import distinct_palette


def least_distance(count):
    palette = np.array(distinct_palette(count))
    distances = color_distances(palette, palette)
    return distances[~np.eye(count, dtype=bool)].min()


def test_colours_differ_and_do_not_depend_on_the_number():
    palette = distinct_palette(40)

    assert len(set(palette)) == 40
    assert palette[:7] == distinct_palette(7)
    assert palette[:13] == distinct_palette(13)
    assert distinct_palette(0) == []
    assert all(0 <= value <= 255 for color in palette for value in color)


def test_everybody_tells_them_apart():
    assert least_distance(20) > 15
    assert least_distance(40) > 10
    assert len(set(distinct_palette(255))) == 255


def test_none_is_taken_for_a_pixel_without_a_label():
    greys = np.array([(0, 0, 0), (70, 70, 70), (150, 150, 150)])

    assert color_distances(np.array(distinct_palette(20)), greys).min() > 7
