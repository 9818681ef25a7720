"""Ten data sets of different sizes, each with one task of its own, all in turn."""

import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import BaseDataset
from mmengine.structures import PixelData
from mmseg.registry import DATASETS
from mmseg.structures import SegDataSample

from mmmtl.evaluation import read_scalars
from tests.utils.toy.toy_runs import TOY, toy_runner

NAMES = [f'set{number}' for number in range(10)]
SIZES = {name: 3 + number for number, name in enumerate(NAMES)}
SIZE = (8, 16)
TASKS = {f'of_{name}': dict(type='ScalarTask') for name in NAMES}


@DATASETS.register_module()
class OwnTaskDataset(BaseDataset):
    """Images with a number at each pixel, for one task."""

    def __init__(self, name, length, test_mode=False):
        self.tasks = {f'of_{name}': TASKS[f'of_{name}']}
        self.length, self.field = length, f'gt_of_{name}'
        super().__init__(metainfo=dict(tasks=self.tasks), serialize_data=False)

    def load_data_list(self):
        return [dict(index=index) for index in range(self.length)]

    def prepare_data(self, idx):
        generator = torch.Generator().manual_seed(idx)
        image = torch.randint(0, 256, (3, *SIZE), dtype=torch.uint8, generator=generator)
        sample = SegDataSample(metainfo=dict(img_path=f'{idx}.png', ori_shape=SIZE))
        sample.set_field(PixelData(data=torch.rand((1, *SIZE), generator=generator)), self.field)
        return dict(inputs=image, data_samples=sample)


def runner(folder, **options):
    base = Config.fromfile(TOY / 'weighting_config.py')
    head = dict(type='DepthHead', in_channels=4, channels=4)
    sampler = dict(type='DefaultSampler', shuffle=False)
    loaders = {
        name: dict(
            batch_size=2, num_workers=0, sampler=sampler,
            dataset=dict(type='OwnTaskDataset', name=name, length=2),
        )
        for name in NAMES
    }  # fmt: skip
    settings = dict(
        model__tasks=TASKS,
        model__neck=None,
        model__backbone=dict(
            type='SegNet', widths=(4, 4), num_convs=(2, 2), norm_cfg=dict(type='BN'), _delete_=True
        ),
        model__set_statistics=NAMES,
        model__decode_head=dict(_delete_=True, **dict.fromkeys(TASKS, head)),
        train_dataloader__batch_size=2,
        train_dataloader__batch_sampler=dict(
            type='MultiSetBatchSampler', shares='uniform', order='turn', batches_per_epoch=20
        ),
        train_dataloader__dataset=dict(
            _delete_=True,
            type='ConcatDataset',
            datasets={n: dict(type='OwnTaskDataset', name=n, length=s) for n, s in SIZES.items()},
        ),
        val_dataloader=loaders,
        val_evaluator={name: dict(type='DepthErrorMetric', task=f'of_{name}') for name in NAMES},
        val_cfg=dict(type='MultiSetValLoop', prefix=False),
        train_cfg__max_epochs=1,
        custom_hooks=[*base.custom_hooks, dict(type='TaskCheckHook')],
    )
    return toy_runner(folder, TOY / 'weighting_config.py', **{**settings, **options})


@pytest.mark.parametrize(
    'options',
    [
        {},
        dict(
            model__loss_weighting=dict(type='GradNorm', over='round'),
            optim_wrapper__accumulative_counts=10,
        ),
    ],
    ids=['equal', 'gradnorm'],
)
def test_each_is_trained_in_turn_and_measured_by_its_own_name(tmp_path, options):
    trained = runner(tmp_path, **options)
    trained.train()
    log = read_scalars(tmp_path)
    # A line of the log keeps the last value of what its batch lacks.
    seen = [[key for key in entry.values if key.endswith('/raw')] for entry in log.train[:10]]
    assert seen == [[f'{task}/raw' for task in list(TASKS)[: n + 1]] for n in range(10)]
    for task in TASKS:
        assert trained.message_hub.get_scalar(f'train/{task}/raw').data[0].size == 2
        assert len(log.series('val', f'{task}/abs_err')[1]) == 1
        assert len(log.series('train', f'{task}/epoch_weight')[1]) == 1
    weights = trained.model.loss_weighting
    if options:
        assert weights.iterations == 20
        assert weights.weights.sum().item() == pytest.approx(10)
        assert len(set(weights.weights.tolist())) > 1
