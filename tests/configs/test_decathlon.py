"""The configs of the Visual Decathlon, on tiny images in its layout."""

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import DATASETS, MODELS

import mmmtl  # noqa: F401
from mmmtl.apis.shared_tasks import share_tasks
from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl_scenes.decathlon.domains import EMBEDDED
from tests.utils.decathlon_files import write_domain
from tests.utils.paths import CONFIGS

FULL = CONFIGS / 'mtan_wrn28-4_decathlon.py'
EMBEDDED_CONFIG = CONFIGS / 'mtan_wrn28-4_decathlon-embedded.py'
TASKS = {name: domain.task for name, domain in DOMAINS.items()}


def load(path):
    cfg = Config.fromfile(path)
    share_tasks(cfg)
    return cfg


def test_classes_are_those_of_the_challenge_and_of_the_embedded_set():
    found = load(FULL).tasks
    assert {name: found[task].classes for name, task in TASKS.items()} == {
        name: domain.classes for name, domain in DOMAINS.items()
    }
    found = load(EMBEDDED_CONFIG).tasks
    assert {name: found[task].classes for name, task in TASKS.items()} == {
        name: len(domain.pictures.CLASSES) for name, domain in EMBEDDED.items()
    }


def test_the_network_has_the_published_number_of_parameters():
    with torch.device('meta'):
        model = MODELS.build(load(FULL).model)
    assert sum(one.numel() for one in model.parameters()) == 10_237_656
    # Without heads, the shared network of MTAN's paper is that of a WRN-28-4.
    assert sum(one.numel() for one in model.backbone.parameters()) == 5_850_528


def test_means_and_deviations_are_shares_of_white():
    for _, mean, std in load(FULL).domains.values():
        assert all(0 < value < 0.6 for value in mean)
        assert all(0.1 < value < 0.3 for value in std)
        # A deviation is largest where half of the pixels are black and half white.
        assert all(s**2 <= m * (1 - m) for m, s in zip(mean, std, strict=True))


@pytest.fixture(scope='module')
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp('decathlon')
    for name in DOMAINS:
        write_domain(folder, name)
    return str(folder)


def build(config, root, **changes):
    return DATASETS.build(dict(config, data_root=root, **changes))


@pytest.fixture(scope='module')
def small(root):
    """The config with a small network and the three classes of the tiny images."""
    cfg = Config.fromfile(FULL)
    widths = dict(backbone=dict(depth=10, widen_factor=1), neck=dict(in_channels=(16, 16, 32, 64)))
    cfg.merge_from_dict(
        dict(
            model=dict(**widths, decode_head={t: dict(in_channels=64) for t in TASKS.values()}),
            tasks={task: dict(classes=3) for task in TASKS.values()},
        )
    )
    share_tasks(cfg)
    return cfg


def test_images_come_in_one_size_and_normalised(small, root):
    for domain in DOMAINS:
        config = small.train_dataloader.dataset.datasets[domain]
        sample = build(config, root)[3]  # blue 80, green 3, red 0
        assert sample['inputs'].shape == (3, 72, 72)
        _, mean, std = small.domains[domain]
        blue = sample['inputs'][2].mean().item()
        assert blue == pytest.approx((80 / 255 - mean[2]) / std[2], abs=0.05)
        red = sample['inputs'][0].mean().item()
        assert red == pytest.approx(-mean[0] / std[0], abs=0.1)


def flips_and_crops(config, root):
    steps = [step['type'] for step in config.pipeline]
    return {'RandomCrop', 'MultiTaskRandomFlip', 'CenterCrop'} & set(steps)


def test_only_pictures_that_may_be_mirrored_are(small, root):
    loaders = small.train_dataloader.dataset.datasets
    for domain in DOMAINS:
        random = {'RandomCrop', 'MultiTaskRandomFlip'}
        centre = {'CenterCrop'}
        fixed = domain in ('gtsrb', 'omniglot', 'svhn')
        assert flips_and_crops(loaders[domain], root) == (centre if fixed else random)
        for phase in (small.val_dataloader, small.test_dataloader):
            assert flips_and_crops(phase[domain].dataset, root) == centre


def test_a_batch_of_each_domain_trains_and_each_set_is_measured(small, root):
    torch.manual_seed(0)
    model = MODELS.build(small.model)
    model.init_weights()
    for domain, task in TASKS.items():
        dataset = build(small.train_dataloader.dataset.datasets[domain], root)
        items = [dataset[index] for index in range(2)]
        batch = {key: [item[key] for item in items] for key in ('inputs', 'data_samples')}
        losses = model.train()(**model.data_preprocessor(batch, training=True), mode='loss')
        total, logged = model.parse_losses(losses)
        assert total.isfinite()
        total.backward()
        assert model.decode_head[task].conv_seg.weight.grad.abs().sum() > 0
        assert f'{task}/loss' in logged
        model.zero_grad()
    assert list(small.val_evaluator) == list(small.val_dataloader) == list(DOMAINS)
    assert [one.task for one in small.val_evaluator.values()] == list(TASKS.values())
    assert [one.task for one in small.test_evaluator.values()] == list(TASKS.values())
