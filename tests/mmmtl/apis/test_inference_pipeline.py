import cv2
import numpy as np
import pytest
from mmengine.config import Config

from mmmtl.apis.inference_pipeline import InferencePipeline, find_dataset, find_pipeline

IMAGE = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
LOAD = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
PACK = dict(type='PackMultiTaskInputs')
REDUCE = dict(type='ReduceResolution', size=(2, 3))


def test_an_image_is_packed_without_labels():
    packed = InferencePipeline([*LOAD, PACK], 'test_pipeline')(IMAGE, 'here.png')
    assert np.array_equal(packed['inputs'].numpy(), IMAGE.transpose(2, 0, 1))
    sample = packed['data_samples']
    assert sample.img_path == 'here.png'
    assert sample.ori_shape == sample.img_shape == (4, 6)
    assert list(sample.keys()) == []
    assert 'depth_unit' not in sample.metainfo


def test_predictions_come_at_the_size_of_the_image_though_it_is_reduced():
    packed = InferencePipeline([*LOAD, REDUCE, PACK], 'test_pipeline', 'mtan')(IMAGE, 'a')
    expected = cv2.resize(IMAGE, (3, 2), interpolation=cv2.INTER_AREA)
    assert np.array_equal(packed['inputs'].numpy().transpose(1, 2, 0), expected)
    sample = packed['data_samples']
    assert sample.img_shape == (2, 3)
    assert sample.ori_shape == (4, 6)
    assert sample.depth_unit == 'mtan'


@pytest.mark.parametrize(
    ('image_loader', 'label_loader'),
    [
        ('LoadImageFromFile', 'LoadAnnotations'),
        ('mmcv.LoadImageFromFile', 'LoadDepthAnnotation'),
        ('LoadMultiTaskImage', 'LoadMultiTaskAnnotations'),
    ],
)
def test_loaders_of_any_package_are_left_out(image_loader, label_loader):
    transforms = [dict(type=image_loader), dict(type=label_loader), PACK]
    packed = InferencePipeline(transforms, 'test_pipeline')(IMAGE, 'nowhere.png')
    assert tuple(packed['inputs'].shape) == (3, 4, 6)


def test_test_time_augmentation_gives_both_views_and_loads_nothing():
    flips = [dict(type='MultiTaskRandomFlip', prob=prob) for prob in (0.0, 1.0)]
    augment = dict(type='TestTimeAug', transforms=[[LOAD[1]], flips, [PACK]])
    packed = InferencePipeline([LOAD[0], augment], 'tta_pipeline')(IMAGE, 'a')
    plain, mirrored = (view.numpy() for view in packed['inputs'])
    assert np.array_equal(plain, IMAGE.transpose(2, 0, 1))
    assert np.array_equal(mirrored, plain[..., ::-1])
    assert [sample.flip for sample in packed['data_samples']] == [False, True]
    assert len(augment['transforms']) == 3  # the config is as before


@pytest.mark.parametrize(('transforms', 'found'), [([], 'None'), ([PACK], 'PackMultiTaskInputs')])
def test_a_pipeline_must_begin_with_the_image(transforms, found):
    message = f'here: expected LoadMultiTaskImage or LoadImageFromFile at its .* found {found}'
    with pytest.raises(ValueError, match=message):
        InferencePipeline(transforms, 'here')


def test_the_pipeline_is_that_of_the_test_set_or_the_config_s():
    own = [dict(type='Own')]
    cfg = Config(dict(test_pipeline=own))
    assert find_pipeline(cfg, tta=False) == (own, 'test_pipeline')
    other = [dict(type='Other')]
    cfg.test_dataloader = dict(dataset=dict(type='A', pipeline=other))
    assert find_pipeline(cfg, tta=False) == (other, 'test_dataloader.dataset.pipeline')
    cfg.merge_from_dict(dict(tta_model=dict(type='B'), tta_pipeline=own))
    assert find_pipeline(cfg, tta=True) == (own, 'tta_pipeline')


def test_a_lacking_pipeline_is_named():
    with pytest.raises(ValueError, match='neither test_dataloader.dataset.pipeline nor test_pipe'):
        find_pipeline(Config(), tta=False)
    with pytest.raises(ValueError, match='augmentation needs tta_model'):
        find_pipeline(Config(dict(tta_pipeline=[PACK])), tta=True)
    with pytest.raises(ValueError, match='augmentation needs tta_pipeline'):
        find_pipeline(Config(dict(tta_model=dict(type='A'))), tta=True)


def test_the_first_of_joined_and_wrapped_data_sets_is_found():
    inner = dict(type='Inner')
    joined = dict(type='ConcatDataset', datasets=[inner, dict(type='Second')])
    cfg = Config(dict(test_dataloader=dict(dataset=dict(type='RepeatDataset', dataset=joined))))
    assert find_dataset(cfg) == inner
    assert find_dataset(Config()) == {}
    assert find_dataset(Config(dict(test_dataloader=None))) == {}
