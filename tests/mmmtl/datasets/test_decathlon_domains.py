import pytest

from mmmtl.datasets.decathlon_domains import CATEGORIES_PER_DOMAIN, DOMAINS


def test_domains_are_in_alphabetical_order():
    assert list(DOMAINS) == sorted(DOMAINS)
    assert [domain.index for domain in DOMAINS.values()] == list(range(10))
    assert all(domain.name == name for name, domain in DOMAINS.items())


def test_each_domain_can_be_a_task_and_keeps_its_own_name():
    names = [domain.task for domain in DOMAINS.values()]
    assert names[-1] == 'vgg_flowers'
    assert len(set(names)) == 10
    assert not any('-' in name or 'loss' in name for name in names)


def test_ids_of_categories():
    # 10^7 * (index + 1) + class + 1
    assert DOMAINS['aircraft'].first_category == 10_000_001
    assert DOMAINS['vgg-flowers'].first_category == 100_000_001
    assert all(domain.classes < CATEGORIES_PER_DOMAIN for domain in DOMAINS.values())


def test_sums_of_the_published_table():
    assert sum(domain.classes for domain in DOMAINS.values()) == 3128
    assert DOMAINS['gtsrb'].images == (31367, 7842, 12630)
    assert sum(domain.baseline for domain in DOMAINS.values()) / 10 == pytest.approx(
        76.51, abs=0.005
    )


def test_omniglot_has_20_images_of_each_character():
    omniglot = DOMAINS['omniglot']
    assert [count / omniglot.classes for count in omniglot.images] == [11, 4, 5]


@pytest.mark.parametrize('name', DOMAINS)
def test_means_and_deviations_are_shares_of_white(name):
    domain = DOMAINS[name]
    assert all(0 < value < 0.6 for value in domain.mean)
    assert all(0.1 < value < 0.3 for value in domain.std)
    # A deviation is largest where half of the pixels are black and half white.
    assert all(s**2 <= m * (1 - m) for m, s in zip(domain.mean, domain.std, strict=True))
