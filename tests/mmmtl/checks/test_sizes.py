import pytest
from mmcv.transforms import BaseTransform

from mmmtl.checks.problems import Problems
from mmmtl.checks.sizes import check_sizes, image_size, pipeline_of, reads_colors


@pytest.mark.parametrize(
    ('steps', 'size'),
    [
        ([dict(type='ReduceResolution', size=(32, 64))], (32, 64)),
        ([dict(type='Resize', scale=(64, 32))], (32, 64)),
        ([dict(type='Resize', scale=(64, 32), keep_ratio=True)], None),
        ([dict(type='MultiTaskRandomResize'), dict(type='RandomCrop', crop_size=48)], (48, 48)),
        ([dict(type='RandomCrop', crop_size=(32, 48))], (32, 48)),
        ([dict(type='MultiTaskPad', size=(64, 32))], (32, 64)),
        ([dict(type='RandomCrop', crop_size=48), dict(type='RandomResize')], None),
        ([dict(type='MultiTaskPad', size_divisor=32)], None),
        (None, None),
    ],
)
def test_the_size_that_comes_out_of_a_pipeline(steps, size):
    assert image_size(steps) == size


def test_pipelines_inside_of_wrappers_are_found():
    dataset = dict(type='RepeatDataset', dataset=dict(pipeline=[1]))
    assert pipeline_of(dict(train_dataloader=dict(dataset=dataset)), 'train') == [1]
    assert pipeline_of({}, 'val') is None


class Spectra(BaseTransform):
    def transform(self, results):
        return results


@pytest.mark.parametrize(
    ('steps', 'colors'),
    [
        ([dict(type='LoadMultiTaskImage'), dict(type='RandomCrop', crop_size=(4, 4))], True),
        ([dict(type='LoadImageFromFile', color_type='unchanged')], False),
        ([dict(type='LoadSingleRSImageFromFile')], False),
        ([dict(type='LoadMultiTaskImage'), dict(type=Spectra)], False),
        (None, True),
    ],
)
def test_images_of_three_channels_are_known(steps, colors):
    assert reads_colors(steps) is colors


@pytest.mark.parametrize(
    ('padding', 'fits'),
    [
        (None, False),
        (dict(size=(64, 80)), True),
        (dict(size=(63, 80)), False),
        (dict(size_divisor=32), True),
        (dict(size_divisor=24), False),  # (48, 72) as it is
    ],
)
def test_windows_are_compared_with_padded_images(padding, fits):
    step = dict(type='ReduceResolution', size=(48, 72))
    loader = dict(dataset=dict(pipeline=[step]))
    model = dict(
        data_preprocessor=dict(test_cfg=padding),
        test_cfg=dict(mode='slide', crop_size=(64, 72), stride=(32, 8)),
    )
    problems = Problems()
    check_sizes(dict(model=model, val_dataloader=loader), problems)
    expected = 'model.test_cfg.crop_size: expected windows of at most '
    assert [line.startswith(expected) for line in problems.lines()] == [True] * (not fits)
