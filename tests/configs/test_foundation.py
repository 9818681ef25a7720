"""Every config on a foundation backbone trains two steps and predicts, with a tiny model."""

import pytest
import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmseg.registry import METRICS, MODELS

from tests.configs.test_every_config import FOUNDATION, SIZE, dataset_of, load
from tests.utils.foundation_configs import NAMES, TINY, full_config, tiny_config
from tests.utils.paths import CONFIGS
from tests.utils.random_data import write_cityscapes, write_nyuv2


@pytest.fixture(scope='module')
def data_roots(tmp_path_factory):
    writers = dict(CityscapesMultiTaskDataset=write_cityscapes, NYUv2MultiTaskDataset=write_nyuv2)
    return {
        name: str(write(tmp_path_factory.mktemp('data'), dict(train=2, val=2), size=SIZE))
        for name, write in writers.items()
    }


def test_they_are_all_tried():
    assert [path.stem for path in FOUNDATION] == list(NAMES)


@pytest.mark.parametrize('name', NAMES)
def test_it_trains_two_steps_and_predicts(name, data_roots):
    cfg = tiny_config(name)
    torch.manual_seed(0)
    model = MODELS.build(cfg.model)
    model.init_weights()
    model.train()
    optim = build_optim_wrapper(model, cfg.optim_wrapper)
    before = {key: value.clone() for key, value in model.backbone.state_dict().items()}
    trained = {key for key, value in model.named_parameters() if value.requires_grad}
    reached = set()
    for key in trained:
        model.get_parameter(key).register_post_accumulate_grad_hook(
            lambda _, key=key: reached.add(key)
        )
    batch = load(cfg.train_dataloader, data_roots)
    losses = [model.train_step(batch, optim)['loss'].item() for _ in range(2)]
    assert all(torch.tensor(losses).isfinite())
    assert reached == trained
    for key, value in model.backbone.state_dict().items():
        same = torch.equal(value, before[key])
        assert same == (f'backbone.{key}' not in trained), key

    batch = load(cfg.val_dataloader, data_roots)
    with torch.no_grad():
        predictions = model.eval().val_step(batch)
    for task in model.tasks.values():
        for sample in predictions:
            predicted = sample.get(task.pred_field).data
            assert predicted.shape == sample.get(task.gt_field).data.shape
            assert predicted.isfinite().all()
    for metric_cfg in cfg.val_evaluator:
        metric = METRICS.build(metric_cfg)
        metric.dataset_meta = dataset_of(cfg.val_dataloader, data_roots).metainfo
        metric.process(batch, [sample.to_dict() for sample in predictions])
        assert metric.evaluate(len(predictions))


@pytest.mark.parametrize('name', NAMES)
def test_its_decoders_fit_at_their_own_widths(name):
    model = MODELS.build(full_config(name).model).eval()
    side = 2 * model.backbone.size_divisor
    with torch.no_grad():
        outputs = model(torch.rand(1, 3, side, side), mode='tensor')
    assert list(outputs) == list(model.tasks)
    for output in outputs.values():
        assert output.isfinite().all()


@pytest.mark.parametrize('name', NAMES)
def test_the_weights_are_those_of_the_hub(name):
    cfg = Config.fromfile(CONFIGS / f'{name}.py')
    assert cfg.model.backbone.model in TINY
    # mean, deviation and padding come from the backbone
    assert cfg.model.data_preprocessor == dict(type='MultiTaskDataPreprocessor')
