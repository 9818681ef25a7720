import math

import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation import decathlon_points, decathlon_score
from mmmtl.evaluation.decathlon_score import decathlon_metrics, domain_accuracies
from mmmtl.evaluation.directions import higher_is_better

MTAN = {
    'aircraft': 61.81, 'cifar100': 81.59, 'daimlerpedcls': 91.63, 'dtd': 56.44, 'gtsrb': 98.80,
    'imagenet12': 63.90, 'omniglot': 89.83, 'svhn': 96.88, 'ucf101': 50.63, 'vgg-flowers': 81.04,
}  # fmt: skip
"""MTAN's row of Table 4, whose score is printed as 2941."""


def test_full_fine_tuning_has_250_points_in_each_domain():
    accuracies = {name: domain.baseline for name, domain in DOMAINS.items()}
    assert [decathlon_points(DOMAINS[name], value) for name, value in accuracies.items()] == [
        pytest.approx(250) for _ in range(10)
    ]
    assert decathlon_score(accuracies) == pytest.approx(2500)


def test_mtans_published_accuracies_give_its_score():
    assert decathlon_score(MTAN) == pytest.approx(2943.5, abs=0.05)


def test_points_by_hand():
    ucf = DOMAINS['ucf101']  # 51.20: the largest error is 97.6
    assert decathlon_points(ucf, 100) == 1000
    assert decathlon_points(ucf, 2.4) == pytest.approx(0)
    assert decathlon_points(ucf, 1.0) == 0
    # An error of 24.4, a quarter of the largest one: 1000 * (3 / 4) ** 2.
    assert decathlon_points(ucf, 75.6) == pytest.approx(562.5)
    assert decathlon_points(DOMAINS['gtsrb'], 90) == 0  # an error of 10 is more than 2 * 2.47


def test_the_most_and_the_least():
    assert decathlon_score(dict.fromkeys(DOMAINS, 100.0)) == 10_000
    assert decathlon_score(dict.fromkeys(DOMAINS, 0.0)) == 0
    assert higher_is_better('decathlon/score')


def test_an_accuracy_that_is_not_known_makes_no_score():
    assert math.isnan(decathlon_points(DOMAINS['dtd'], math.nan))
    assert math.isnan(decathlon_score(MTAN | {'dtd': math.nan}))


@pytest.mark.parametrize('accuracy', [-0.1, 100.1, math.inf])
def test_impossible_accuracies_are_named(accuracy):
    with pytest.raises(ValueError, match=f'svhn: .* from 0 to 100, found {accuracy}'):
        decathlon_score(MTAN | {'svhn': accuracy})


def test_all_domains_are_needed():
    without = {name: value for name, value in MTAN.items() if name != 'imagenet12'}
    with pytest.raises(ValueError, match=r"found none for \['imagenet12'\]"):
        decathlon_score(without)
    with pytest.raises(ValueError, match=r"expected one for each of .* found \['vgg_flowers'\]"):
        decathlon_score(MTAN | {'vgg_flowers': 1.0})


def test_accuracies_are_found_among_metrics():
    metrics = {'dtd/accuracy': 5.0, 'set/vgg_flowers/accuracy': 7.0, 'dtd/top5': 9.0, 'time': 1.0}
    assert domain_accuracies(metrics) == {'dtd': 5.0, 'vgg-flowers': 7.0}
    assert decathlon_metrics(metrics) == {}


def test_the_numbers_of_all_domains():
    found = decathlon_metrics({f'{DOMAINS[n].task}/accuracy': value for n, value in MTAN.items()})
    assert found == {
        'decathlon/score': pytest.approx(2943.5, abs=0.05),
        'decathlon/accuracy': pytest.approx(77.255),
    }
