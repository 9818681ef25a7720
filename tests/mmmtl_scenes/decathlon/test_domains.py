from __future__ import annotations

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl_scenes.decathlon.domains import EMBEDDED


def test_domains_have_the_names_of_the_challenge_in_its_order() -> None:
    assert list(EMBEDDED) == list(DOMAINS)


def test_classes_are_fewer_than_the_challenges_and_as_different_in_number() -> None:
    counts = {name: len(domain.pictures.CLASSES) for name, domain in EMBEDDED.items()}
    assert all(counts[name] <= domain.classes for name, domain in DOMAINS.items())
    assert counts['daimlerpedcls'] == 2
    assert counts['svhn'] == 10
    assert max(counts, key=lambda name: counts[name]) == 'omniglot'


def test_omniglot_and_flowers_have_as_many_images_of_a_class_as_the_challenge() -> None:
    omniglot = DOMAINS['omniglot']
    own = EMBEDDED['omniglot']
    assert (own.train, own.val, own.test) == tuple(n / omniglot.classes for n in omniglot.images)
    assert EMBEDDED['vgg-flowers'].train == DOMAINS['vgg-flowers'].images[0] / 102


def test_each_domain_has_some_hundred_images_to_train_on() -> None:
    for domain in EMBEDDED.values():
        assert 100 < domain.train * len(domain.pictures.CLASSES) < 1000
