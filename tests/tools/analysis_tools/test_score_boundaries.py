"""tools/analysis_tools/score_boundaries.py on a small set in the layout of BSDS500."""

import json
from functools import partial

import numpy as np
import pytest

from mmmtl.evaluation import BoundaryFolders, score_boundaries
from tests.utils.bsds_files import canny, write_bsds


@pytest.fixture
def score(tool):
    return partial(tool, 'score_boundaries')


@pytest.fixture
def folders(tmp_path):
    (tmp_path / 'canny').mkdir()
    for name in write_bsds(tmp_path, (2, 3)):
        np.save(tmp_path / f'canny/{name}.npy', canny(tmp_path / f'images/test/{name}.jpg'))
    return tmp_path / 'canny', tmp_path / 'groundTruth/test'


def test_the_scores_of_a_folder(score, folders, tmp_path):
    out = tmp_path / 'new/scores.json'
    options = ('--max-dist', 0.02, '--thresholds', 9, '--no-suppress', '--no-thin-labels')
    code, printed = score(*folders, *options, '--workers', 1, '--out', out)
    assert code == 0, printed
    expected = score_boundaries(
        BoundaryFolders(folders[0], [folders[1]]),
        0.02,
        [step / 10 for step in range(1, 10)],
        suppress=False,
        thin_labels=False,
        progress=False,
    )
    assert '100%' in printed
    ods, ois, ap = expected.values()
    assert f'2 images: odsF {ods:.2f}, oisF {ois:.2f}, AP {ap:.2f}' in printed
    settings = dict(images=2, max_dist=0.02, thresholds=9, suppress=False, thin_labels=False)
    assert json.loads(out.read_text()) == expected | settings


def test_labels_without_a_boundary_have_no_score(score, tmp_path):
    for folder in ('predictions', 'labels'):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / 'a.npy', np.zeros((4, 5)))
    out = tmp_path / 'scores.json'
    code, printed = score(
        tmp_path / 'predictions', tmp_path / 'labels', '--quiet', '--workers', 1, '--out', out
    )
    assert (code, printed) == (0, '1 images: odsF nan, oisF nan, AP nan\n')
    assert json.loads(out.read_text())['odsF'] is None


def test_mistakes_are_a_line(score, folders):
    (folders[0] / '100007.npy').unlink()
    code, printed = score(*folders)
    assert code == 1
    assert printed.startswith(f'error: {folders[0]}: 1 missing prediction(s), of {folders[1]}')
    for option, value in (('thresholds', 0), ('max-dist', -1), ('workers', 0)):
        code, printed = score(*folders, f'--{option}', value)
        assert code == 1
        assert f'error: --{option}: expected ' in printed
