import numpy as np
import pytest

from mmmtl.evaluation import score_boundaries
from mmmtl.evaluation.functional import (
    BoundaryScoreSums,
    boundary_score_sums,
    finalise_boundary_scores,
)


def make_pairs(count=9):
    rng = np.random.default_rng(0)
    for index in range(count):
        labels = (rng.random((1 + index % 3, 20 + index, 24)) < 0.1).astype(np.uint8)
        yield np.maximum(0.5 * labels[0], rng.random(labels.shape[1:])), labels


@pytest.mark.parametrize('workers', [0, 1])
def test_the_scores_are_those_of_the_sums(workers):
    options = dict(max_dist=0.02, thresholds=(0.3, 0.6), thin_labels=False)
    sums = BoundaryScoreSums()
    for pair in make_pairs():
        sums += boundary_score_sums(*pair, **options)
    found = score_boundaries(make_pairs(), workers=workers, progress=False, **options)
    assert found == finalise_boundary_scores(sums)


def test_the_bar_counts_the_images(capsys):
    assert score_boundaries(list(make_pairs(2)))['odsF'] > 0
    assert '100%' in capsys.readouterr().out


def test_mistakes():
    with pytest.raises(ValueError, match='workers: expected a number of processes, found -1'):
        score_boundaries([], workers=-1)
    with pytest.raises(ValueError, match='Expected a prediction'):
        score_boundaries([(np.zeros((3, 3)), np.zeros((3, 3)))], progress=False)
