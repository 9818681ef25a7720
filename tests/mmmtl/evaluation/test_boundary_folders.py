import math
import re

import cv2
import numpy as np
import pytest
from scipy.io import loadmat, savemat
from scipy.optimize import linear_sum_assignment

from mmmtl.evaluation import BoundaryFolders, score_boundaries
from tests.utils.bsds_files import THRESHOLDS, canny, outlines, save_annotators, write_bsds

LINES = dict(suppress=False, thin_labels=False, progress=False)


def save(path, soft, bits=8):
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == '.npy':
        np.save(path, soft)
    else:
        dtype = np.uint16 if bits == 16 else np.uint8
        cv2.imwrite(str(path), np.rint(soft * np.iinfo(dtype).max).astype(dtype))


@pytest.fixture
def make(tmp_path):
    """Writes a set and Canny's maps of it; gives their folders."""

    def write(annotators=(1, 1), suffix='.png', bits=16):
        for name in write_bsds(tmp_path, annotators):
            soft = canny(tmp_path / f'images/test/{name}.jpg')
            save(tmp_path / f'canny/{name}{suffix}', soft, bits)
        return tmp_path / 'canny', tmp_path / 'groundTruth/test'

    return write


def plain_scores(folders, max_dist):
    """An independent version: one pair after the other, at each threshold."""
    predictions, labels = folders
    counts = np.zeros((len(THRESHOLDS), 4))
    best = np.zeros(4)
    for path in sorted(labels.glob('*.mat')):
        soft = np.load(predictions / f'{path.stem}.npy')
        drawn = [one[0, 0]['Boundaries'] > 0 for one in loadmat(path)['groundTruth'][0]]
        rows = [plain_row(soft >= threshold, drawn, max_dist) for threshold in THRESHOLDS]
        best += max(rows, key=plain_f)
        counts += rows
    curve = {}  # the best precision at each recall
    for hits, found, recalled, labelled in counts:
        recall, precision = recalled / labelled, hits / max(found, 1)
        curve[recall] = max(precision, curve.get(recall, 0))
    area = sum(precision_at(step / 100, curve) for step in range(101)) / 101
    return dict(odsF=100 * max(map(plain_f, counts)), oisF=100 * plain_f(best), AP=100 * area)


def precision_at(recall, curve):
    below = [one for one in curve if one <= recall]
    above = [one for one in curve if one >= recall]
    if not below or not above:
        return 0
    low, high = max(below), min(above)
    share = (recall - low) / (high - low) if high > low else 0
    return (1 - share) * curve[low] + share * curve[high]


def plain_row(found, drawn, max_dist):
    distance = max_dist * math.hypot(*found.shape)
    hit, recalled = set(), 0
    for one in drawn:
        pixels, labels = np.argwhere(found), np.argwhere(one)
        near = np.linalg.norm(pixels[:, None] - labels[None], axis=2) <= distance
        rows, columns = linear_sum_assignment(near, maximize=True)
        paired = near[rows, columns]
        hit |= set(rows[paired])
        recalled += paired.sum()
    return np.array([len(hit), found.sum(), recalled, sum(one.sum() for one in drawn)])


def plain_f(row):
    precision, recall = row[0] / max(row[1], 1), row[2] / row[3]
    return 2 * precision * recall / max(precision + recall, 1e-9)


@pytest.mark.parametrize(
    ('annotators', 'max_dist'),
    [((1, 1, 1), 0.05), ((1, 3, 2), 0.01)],  # of several, who has which partner is a choice
)
def test_canny_s_scores_are_those_of_an_independent_version(
    make, monkeypatch, annotators, max_dist
):
    folders = make(annotators, '.npy')
    # Canny's edges are lines: what thinning would take from their corners is left out of this.
    monkeypatch.setattr('mmmtl.evaluation.functional.boundary.thin', lambda mask: mask)
    pairs = BoundaryFolders(folders[0], [folders[1]])
    assert len(pairs) == len(annotators)
    assert [labels.shape[0] for _, labels in pairs] == list(annotators)
    found = score_boundaries(pairs, max_dist, THRESHOLDS, **LINES)
    expected = plain_scores(folders, max_dist)
    assert found == {name: pytest.approx(value) for name, value in expected.items()}
    assert 20 < found['odsF'] <= found['oisF'] < 100


@pytest.mark.parametrize(('suffix', 'bits'), [('.png', 16), ('.png', 8), ('.npy', 0)])
def test_all_kinds_of_predictions_score_alike(make, suffix, bits):
    predictions, labels = make((2,), suffix, bits)
    ((soft, drawn),) = BoundaryFolders(predictions, [labels])
    np.testing.assert_allclose(soft, canny(labels / '../../images/test/100007.jpg'), atol=0.003)
    assert drawn.shape == (2, 21, 32)
    assert set(np.unique(drawn)) == {0, 1}


def test_a_prediction_of_a_threshold_reaches_it(tmp_path):
    save(tmp_path / 'predictions/a.npy', np.full((2, 3), 0.9))
    save(tmp_path / 'labels/a.npy', np.ones((2, 3)))
    ((soft, _),) = BoundaryFolders(tmp_path / 'predictions', [tmp_path / 'labels'])
    assert (soft >= 0.9).all()


@pytest.mark.parametrize('one', [1, 255])
def test_pictures_of_several_annotators(tmp_path, one):
    ids = np.kron(np.arange(6).reshape(2, 3), np.ones((5, 4), int))
    save(tmp_path / 'predictions/sub/a.png', outlines(ids))
    for number in range(2):
        (tmp_path / f'{number}/sub').mkdir(parents=True)
        cv2.imwrite(str(tmp_path / f'{number}/sub/a.png'), outlines(ids) * one)
    pairs = BoundaryFolders(tmp_path / 'predictions', [tmp_path / '0', tmp_path / '1'])
    ((_, drawn),) = pairs
    np.testing.assert_array_equal(drawn, np.stack([outlines(ids)] * 2))


def test_pictures_of_ids(tmp_path):
    ids = np.kron(np.arange(6).reshape(2, 3), np.ones((5, 4), int)).astype(np.uint8)
    save(tmp_path / 'predictions/a.png', outlines(ids))
    (tmp_path / 'ids').mkdir()
    cv2.imwrite(str(tmp_path / 'ids/a.png'), ids)
    pairs = BoundaryFolders(tmp_path / 'predictions', [tmp_path / 'ids'], ids=True)
    ((_, drawn),) = pairs
    assert (drawn[0] >= outlines(ids)).all()
    assert score_boundaries(pairs, 0.1, progress=False)['odsF'] > 90


def test_missing_and_surplus_files_are_named(make):
    predictions, labels = make()
    (predictions / '100007.png').rename(predictions / '5.png')
    with pytest.raises(FileNotFoundError) as error:
        BoundaryFolders(predictions, [labels])
    assert str(error.value) == (
        f'{predictions}: 1 missing prediction(s), of {labels}/100007.mat; '
        f'{labels}: 1 prediction(s) without a label there: {predictions}/5.png.'
    )


def test_a_file_of_another_size_is_named(make):
    predictions, labels = make()
    save(predictions / '100008.png', np.zeros((21, 32)))
    expected = (
        f'{labels}/100008.mat: expected the size of {predictions}/100008.png, (21, 32), '
        'found (32, 21).'
    )
    with pytest.raises(ValueError, match=f'^{re.escape(expected)}$'):
        list(BoundaryFolders(predictions, [labels]))
    one, other = np.zeros((32, 21), int), np.zeros((32, 20), int)
    save_annotators(labels / '100008.mat', [one, other])
    save(predictions / '100008.png', np.zeros((32, 21)))
    with pytest.raises(ValueError, match=r'100008\.mat: expected the size .* found \(32, 20\)'):
        list(BoundaryFolders(predictions, [labels]))


@pytest.mark.parametrize(
    ('variables', 'message'),
    [
        (dict(other=1), "expected the variable 'groundTruth'"),
        (dict(groundTruth=np.zeros((3, 4))), 'expected a cell array groundTruth of structs with'),
        (dict(groundTruth=dict(Segmentation=1)), 'expected a cell array groundTruth of structs'),
        (dict(groundTruth=dict(Boundaries='text')), r'expected Boundaries of shape \(H, W\)'),
        (dict(groundTruth=np.empty((1, 0), object)), 'expected at least one annotator'),
    ],
)
def test_other_mat_files_are_refused_in_a_line(make, variables, message):
    predictions, labels = make((1,))
    savemat(labels / '100007.mat', variables)
    with pytest.raises(ValueError, match=rf'100007\.mat: {message}') as error:
        list(BoundaryFolders(predictions, [labels]))
    assert '\n' not in str(error.value)


def test_folders(make, tmp_path):
    predictions, labels = make((1,))
    (tmp_path / 'empty').mkdir()
    for folders, message in (
        ((tmp_path / 'none', [labels]), 'none: no such folder, expected predictions'),
        ((tmp_path / 'empty', [labels]), r'files \*\.png or \*\.npy, found none'),
        ((predictions, [tmp_path / 'none']), 'none: no such folder, expected labels'),
    ):
        with pytest.raises(FileNotFoundError, match=message):
            BoundaryFolders(*folders)
    with pytest.raises(ValueError, match='labels: expected at least one folder'):
        BoundaryFolders(predictions, [])
    with pytest.raises(ValueError, match=r'ids: expected maps of ids in .*, found \.mat files'):
        BoundaryFolders(predictions, [labels], ids=True)
    np.save(predictions / '100007.npy', np.zeros((21, 32)))
    with pytest.raises(ValueError, match=r'one file for each name, found .*png and .*npy'):
        BoundaryFolders(predictions, [labels])
