"""Every file in `configs/_base_/weightings/`: used as the files say, and trained with."""

import pytest
import torch
from mmengine.config import Config
from mmengine.logging import MessageHub
from mmengine.structures import PixelData
from mmseg.registry import MODELS
from mmseg.structures import SegDataSample

from mmmtl.apis.launch import load_config
from mmmtl.models.loss_weighting import TaskLosses
from tests.utils.paths import CONFIGS, REPOSITORY

WEIGHTINGS = sorted((CONFIGS / '_base_' / 'weightings').glob('*.py'))
SMALL_MODEL = REPOSITORY / 'tests' / 'utils' / 'toy' / 'weighting_config.py'
SIZE = (8, 16)

BY_LOSSES = [path for path in WEIGHTINGS if not path.stem.startswith(('gradient-', 'gradnorm'))]


def each(paths):
    return pytest.mark.parametrize('path', paths, ids=lambda path: path.stem)


@pytest.fixture(autouse=True)
def no_runner_is_training():
    """A Runner that stopped with an error still says that it trains."""
    MessageHub.get_current_instance().update_info('loop_stage', None)


def batch():
    generator = torch.Generator().manual_seed(0)
    samples = []
    for _ in range(2):
        sample = SegDataSample(metainfo=dict(img_path='a.png', ori_shape=SIZE, img_shape=SIZE))
        classes = torch.randint(0, 3, (1, *SIZE), generator=generator)
        depth = torch.rand((1, *SIZE), generator=generator) + 0.1
        sample.set_data(
            dict(gt_sem_seg=PixelData(data=classes), gt_depth_map=PixelData(data=depth))
        )
        samples.append(sample)
    return torch.rand((2, 3, *SIZE), generator=generator), samples


@each(WEIGHTINGS)
def test_a_file_is_one_loss_weighting_and_says_what_it_is(path):
    cfg = Config.fromfile(path)
    assert list(cfg) == ['loss_weighting']
    assert path.read_text().startswith('# ')


@each(WEIGHTINGS)
def test_an_experiment_takes_it_from_its_base_files(path, tmp_path):
    experiment = tmp_path / 'experiment.py'
    main = CONFIGS / 'mtan_segnet_cityscapes7.py'
    experiment.write_text(
        f"_base_ = ['{main}', '{path}']\n"
        'model = dict(loss_weighting={{_base_.loss_weighting}})\n'
    )
    cfg = Config.fromfile(experiment)
    assert cfg.model.loss_weighting == Config.fromfile(path).loss_weighting
    assert cfg.model.backbone == Config.fromfile(main).model.backbone


@each(BY_LOSSES)
def test_a_small_model_trains_with_it(path):
    torch.manual_seed(0)
    model_cfg = Config.fromfile(SMALL_MODEL, import_custom_modules=False).model
    model_cfg.loss_weighting = Config.fromfile(path).loss_weighting
    model = MODELS.build(model_cfg).train()
    model.init_weights()
    weighting = model.loss_weighting
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.01)
    images, samples = batch()
    before = [p.detach().clone() for p in model.backbone.parameters()]
    for _ in range(3):
        for _ in range(2):
            losses = model(images, samples, mode='loss')
            total, _ = model.parse_losses(losses)
            optimizer.zero_grad()
            total.backward()
            assert all(p.grad is not None for p in trained)  # nothing for DDP to miss
            optimizer.step()
            weighting.eval()
            after = weighting_batch(model(images, samples, mode='loss'))
            weighting.train()
            weighting.end_step(after if weighting.needs_new_losses else None)
        weighting.end_epoch()
    for task in ('seg', 'depth'):
        assert losses[f'{task}/weight'].isfinite()
        assert losses[f'{task}/weight'] >= 0
    assert not all(map(torch.equal, before, model.backbone.parameters()))


def weighting_batch(logged):
    """What a loop of one's own gives to a method that needs the losses after a step."""
    joined = {task: logged[f'{task}/raw'] for task in ('seg', 'depth')}
    return TaskLosses(joined, joined, {task: torch.tensor(2.0) for task in joined})


SWAPPED = (
    'EqualWeighting',
    'UncertaintyWeighting',
    'DynamicWeightAverage',
    'LearnableWeighting',
    'RandomWeighting',
    'GeometricMeanWeighting',
    'IMTLLossWeighting',
    'STCHWeighting',
    'FAMOWeighting',
)


@pytest.mark.parametrize('name', SWAPPED)
@pytest.mark.parametrize('config', ['mtan_segnet_cityscapes7', 'mtan_segnet_cityscapes7-demo'])
def test_methods_are_swapped_by_one_option(config, name):
    cfg = load_config(CONFIGS / f'{config}.py', {'model.loss_weighting.type': name})
    weighting = MODELS.build(dict(cfg.model.loss_weighting, tasks=('seg', 'depth')))
    assert type(weighting).__name__ == name


@each([path for path in CONFIGS.rglob('*.py') if 'custom_hooks = ' in path.read_text()])
def test_all_hooks_include_those_that_every_run_needs(path):
    types = [hook['type'] for hook in Config.fromfile(path).custom_hooks]
    for needed in ('LossWeightingHook', 'TaskCheckHook', 'CheckpointFitHook', 'WorkDirHook'):
        assert types.count(needed) == 1
