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


HEADS = sum(domain.classes * 257 for domain in DOMAINS.values())
STAN = 7_107_364
"""Of a hundred classes, and 257 more for each further one."""


def count(name):
    with torch.device('meta'):
        model = MODELS.build(load(CONFIGS / f'{name}.py').model)
    return sum(one.numel() for one in model.parameters())


def test_the_baselines_parameters_by_hand():
    assert count('split_wrn28-4_decathlon') == 5_850_528 + HEADS == 6_654_424
    assert count('mtan_wrn28-4_decathlon-sequence') == 10_237_656
    # The masks of one task, and what all share of the attention: 4 places, conv-BN-conv-BN.
    widths, inputs = (16, 64, 128, 256), (16, 128, 256, 512)
    masks = sum(w * i + w + 2 * w + w * w + w + 2 * w for w, i in zip(widths, inputs, strict=True))
    pairs = ((16, 64), (64, 128), (128, 256), (256, 256))
    shared = sum(9 * a * b + b + 2 * b for a, b in pairs)
    assert 5_850_528 + shared + 10 * masks + HEADS == 10_237_656
    assert 5_850_528 + shared + masks + 100 * 257 == STAN
    for name, domain in DOMAINS.items():
        assert count(f'stan_wrn28-4_decathlon-{name}') == STAN + 257 * (domain.classes - 100)


def test_a_stan_has_what_mtan_has_of_its_domain():
    whole = load(FULL)
    for name, domain in DOMAINS.items():
        own = load(CONFIGS / f'stan_wrn28-4_decathlon-{name}.py')
        assert list(own.model.decode_head) == [domain.task]
        assert own.model.neck == whole.model.neck
        for key in ('val_dataloader', 'test_dataloader', 'val_evaluator', 'test_evaluator'):
            assert dict(own[key]) == {name: whole[key][name]}
        sets = whole.train_dataloader.dataset.datasets
        assert dict(own.train_dataloader.dataset.datasets) == {name: sets[name]}
        assert own.default_hooks.checkpoint.save_best == f'{domain.task}/accuracy'


def test_the_second_stage_has_all_domains_but_imagenet():
    whole, second = load(FULL), load(CONFIGS / 'mtan_wrn28-4_decathlon-finetune.py')
    nine = [name for name in DOMAINS if name != 'imagenet12']
    assert list(second.train_dataloader.dataset.datasets) == nine
    assert list(second.val_dataloader) == list(second.test_evaluator) == nine
    assert list(second.model.decode_head) == [TASKS[name] for name in nine]
    assert second.optim_wrapper == dict(
        whole.optim_wrapper, optimizer=dict(whole.optim_wrapper.optimizer, lr=0.01)
    )
    assert second.param_scheduler == whole.param_scheduler
    assert second.train_cfg == dict(whole.train_cfg, max_epochs=28)
    assert 'DecathlonScoreHook' not in [hook.type for hook in second.custom_hooks]


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


def flips_and_crops(config):
    steps = [step['type'] for step in config.pipeline]
    return {'RandomCrop', 'MultiTaskRandomFlip', 'CenterCrop'} & set(steps)


def test_only_pictures_that_may_be_mirrored_are(small):
    loaders = small.train_dataloader.dataset.datasets
    for domain in DOMAINS:
        random = {'RandomCrop', 'MultiTaskRandomFlip'}
        centre = {'CenterCrop'}
        fixed = domain in ('gtsrb', 'omniglot', 'svhn')
        assert flips_and_crops(loaders[domain]) == (centre if fixed else random)
        for phase in (small.val_dataloader, small.test_dataloader):
            assert flips_and_crops(phase[domain].dataset) == centre


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
