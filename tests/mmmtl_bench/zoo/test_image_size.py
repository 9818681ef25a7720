import pytest

from mmmtl.apis.launch import load_config
from mmmtl_bench.zoo.image_size import training_size
from tests.utils.paths import CONFIGS


@pytest.mark.parametrize(
    ('name', 'size'),
    [
        ('mtan_segnet_cityscapes7', (128, 256)),
        ('mtan_segnet_nyuv2_aug', (288, 384)),
        ('padnet_r18_nyud', (448, 576)),  # that of the crop
        ('split_wrn28-4_decathlon', (72, 72)),
        ('own_data_example', None),
    ],
)
def test_sizes_of_configs(name, size):
    assert training_size(load_config(CONFIGS / f'{name}.py').train_dataloader.dataset) == size


def test_the_last_one_counts_inside_of_wrappers_too():
    steps = [
        dict(type='RandomCrop', crop_size=(30, 40)),
        dict(type='ReduceResolution', size=(15, 20)),
        dict(type='MultiTaskRandomFlip'),
    ]
    inner = dict(type='RepeatDataset', dataset=dict(type='MultiTaskDataset', pipeline=steps))
    assert training_size(dict(type='ConcatDataset', datasets=[inner])) == (15, 20)
