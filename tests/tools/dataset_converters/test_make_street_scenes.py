import cv2
import numpy as np

from mmmtl.datasets import CityscapesMultiTaskDataset
from mmmtl_scenes import render_street

SMALL = ('--size', '16x32', '--train', '1', '--val', '1', '--workers', '1')


def test_a_set_is_rendered_that_the_data_set_reads(render, tmp_path):
    out = tmp_path / 'streets'
    code, printed, _ = render('make_street_scenes', out, *SMALL, '--seed', '5', '--test', '1')
    assert code == 0
    assert printed.endswith(f'{out}: 3 samples rendered.\n')
    data = CityscapesMultiTaskDataset(data_root=str(out), pipeline=[])
    assert len(data) == 1
    image = cv2.imread(data.get_data_info(0)['img_path'])[..., ::-1]
    np.testing.assert_array_equal(image, render_street((5, 0, 0), (16, 32)).image)
    assert not list(out.rglob('*.npy'))

    code, printed, error = render('make_street_scenes', out, *SMALL, '--seed', '6', '--quiet')
    assert (code, printed) == (1, '')
    assert 'street scenes that were made with other parameters: ' in error
    assert 'seed is 5, expected 6' in error
    assert 'Traceback' not in error


def test_normals_are_written_if_they_are_asked_for(render, tmp_path):
    options = (*SMALL, '--normals', '--quiet')
    code, printed, _ = render('make_street_scenes', tmp_path / 'streets', *options)
    assert (code, printed) == (0, '')
    normals = [np.load(path) for path in (tmp_path / 'streets').rglob('*.npy')]
    assert [normal.shape for normal in normals] == [(16, 32, 3)] * 2


def test_wrong_arguments_are_named(render, tmp_path):
    code, _, error = render('make_street_scenes', tmp_path / 'out', '--dropouts', '2', *SMALL)
    assert code == 1
    assert error.startswith('make_street_scenes.py: error: dropouts')
    assert not (tmp_path / 'out').exists()
