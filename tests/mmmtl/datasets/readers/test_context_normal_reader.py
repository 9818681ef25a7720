import json

import numpy as np
import pytest
from scipy.io import savemat

from mmmtl.datasets.readers import ContextNormalReader
from tests.utils.field_folders import save_image


@pytest.fixture
def root(tmp_path):
    save_image(tmp_path / 'n/a.png', np.full((3, 4, 3), (255, 128, 128)))
    (tmp_path / 'maps').mkdir()
    savemat(tmp_path / 'maps/a.mat', dict(LabelMap=np.tile([1, 2, 3, 4], (3, 1))))
    context = dict(wall=1, cat=2, tvmonitor=3, sky=4)
    (tmp_path / 'context_classes.json').write_text(json.dumps(context))
    (tmp_path / 'nyu_classes.json').write_text(json.dumps(['bed', 'wall']))
    return tmp_path


def read(root):
    reader = ContextNormalReader(str(root / 'maps'), str(root))
    return reader(str(root / 'n/a.png'), {})


def test_normals_are_kept_on_the_classes_of_nyu_and_on_screens(root):
    found = read(root)
    assert (found != 0).any(axis=2).tolist() == [[True, False, True, False]] * 3
    np.testing.assert_allclose(found[0, 0], [1, 0, 0], atol=0.01)


def test_what_does_not_fit_is_named(root):
    savemat(root / 'maps/a.mat', dict(LabelMap=np.ones((3, 5))))
    with pytest.raises(ValueError, match=r'maps/a\.mat: expected a LabelMap of the size of'):
        read(root)
    (root / 'maps/a.mat').unlink()
    with pytest.raises(FileNotFoundError, match=r'maps/a\.mat: no such file'):
        read(root)


def test_broken_lists_are_named(root):
    (root / 'nyu_classes.json').write_text('[')
    with pytest.raises(ValueError, match=r'nyu_classes\.json: no JSON'):
        read(root)
    (root / 'nyu_classes.json').write_text('[]')
    (root / 'context_classes.json').write_text('[1]')
    with pytest.raises(ValueError, match=r'context_classes\.json: expected the id of each class'):
        read(root)
