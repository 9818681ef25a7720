import numpy as np
import pytest

from mmmtl.tasks.color_vision import color_distances, seen_colors


def test_usual_vision_is_cielab():
    lab = seen_colors(np.array([(255, 255, 255), (0, 0, 0), (255, 0, 0)]))[0]

    assert lab[0] == pytest.approx((100, 0, 0), abs=0.1)
    assert lab[1] == pytest.approx((0, 0, 0), abs=0.1)
    assert lab[2] == pytest.approx((53.24, 80.09, 67.20), abs=0.1)


def test_greys_are_grey_to_everybody():
    lab = seen_colors(np.array([(120, 120, 120)]))

    assert lab == pytest.approx(np.broadcast_to(lab[0], lab.shape), abs=0.1)


def test_the_worst_eye_counts():
    green, orange = np.array([(120, 140, 0)]), np.array([(190, 120, 0)])
    usual = np.linalg.norm(seen_colors(green)[0] - seen_colors(orange)[0])

    assert color_distances(green, orange)[0, 0] < usual / 2
    assert color_distances(green, green)[0, 0] == 0
