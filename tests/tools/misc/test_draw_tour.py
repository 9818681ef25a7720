import cv2

from tests.utils.doc_pages import run_command


def test_it_draws(tmp_path):
    out = tmp_path / 'tour.png'
    run_command(['python', 'tools/misc/draw_tour.py', str(out)])

    assert cv2.imread(str(out)).shape == (600, 1200, 3)
