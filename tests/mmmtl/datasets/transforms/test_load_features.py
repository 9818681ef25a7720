import pytest
import torch
from mmseg.registry import TRANSFORMS
from mmseg.structures import SegDataSample

from mmmtl.features.feature_folder import FeatureFolder
from mmmtl.features.in_samples import take_features

IMAGE = torch.arange(24, dtype=torch.uint8).view(3, 2, 4)


def results(image):
    return dict(inputs=image, data_samples=SegDataSample(metainfo=dict(img_path='a.png')))


def test_an_image_gets_its_features(tmp_path):
    FeatureFolder(tmp_path).write(IMAGE, dict(map_0=torch.ones(2, 1, 2)), 'abc')
    load = TRANSFORMS.build(dict(type='LoadFeatures', folder=str(tmp_path)))
    (found,) = take_features([load(results(IMAGE))['data_samples']])
    assert torch.equal(found.tensors['map_0'], torch.ones(2, 1, 2))
    assert found.model == 'abc'
    with pytest.raises(FileNotFoundError, match=r'the features of a\.png as the pipeline gives it'):
        load(results(IMAGE.flip(2)))


def test_an_image_that_is_not_packed_is_refused(tmp_path):
    load = TRANSFORMS.build(dict(type='LoadFeatures', folder=str(tmp_path)))
    with pytest.raises(ValueError, match=r'end of the pipeline, after PackMultiTaskInputs'):
        load(dict(img=IMAGE.numpy()))
    assert repr(load) == f"LoadFeatures(folder='{tmp_path}')"
