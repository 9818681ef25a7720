import pytest
import torch
from mmseg.structures import SegDataSample

from mmmtl.features.feature_folder import StoredFeatures
from mmmtl.features.in_samples import put_features
from mmmtl.features.outputs import take_apart
from mmmtl.models.backbones.foundation.identity import features_identity
from mmmtl.models.data_preprocessor import MultiTaskDataPreprocessor
from mmmtl.models.segmentors.stored_features import stored_features
from tests.utils.foundation_models import backbone, images


def batch(found, preprocessor, model=None):
    inputs = images(found)
    samples = [SegDataSample() for _ in inputs]
    model = model or features_identity(found, preprocessor)
    for sample, tensors in zip(samples, take_apart(found(inputs)), strict=True):
        put_features(sample, StoredFeatures(tensors, model))
    return inputs, samples


@pytest.mark.parametrize('settings', [{}, dict(out_indices=[1, 3], output_cls_token=True)])
def test_they_are_what_the_backbone_gives(settings):
    found, preprocessor = backbone(frozen=True, **settings), MultiTaskDataPreprocessor()
    inputs, samples = batch(found, preprocessor)
    expected = found(inputs)
    stored = stored_features(found, preprocessor, inputs, samples)
    assert len(stored) == len(expected)
    for one, other in zip(stored, expected, strict=True):
        pairs = zip(one, other, strict=True) if settings else [(one, other)]
        assert all(torch.equal(*pair) for pair in pairs)


def test_without_any_there_are_none():
    assert stored_features(torch.nn.Identity(), None, torch.ones(1), [SegDataSample()]) is None


def test_those_of_another_backbone_are_refused():
    found, preprocessor = backbone(frozen=True), MultiTaskDataPreprocessor()
    inputs, samples = batch(found, preprocessor, model='0' * 64)
    with pytest.raises(ValueError, match=r'expected those of this backbone, found stored ones of'):
        stored_features(found, preprocessor, inputs, samples)


def test_a_trained_backbone_is_refused():
    found, preprocessor = backbone(frozen=True), MultiTaskDataPreprocessor()
    inputs, samples = batch(found, preprocessor)
    with pytest.raises(ValueError, match=r'of which nothing is trained'):
        stored_features(backbone(), preprocessor, inputs, samples)


def test_a_batch_that_is_padded_further_is_refused():
    found, preprocessor = backbone(frozen=True), MultiTaskDataPreprocessor()
    inputs, samples = batch(found, preprocessor)
    wider = torch.nn.functional.pad(inputs, (0, 14))
    with pytest.raises(ValueError, match=r'\(28, 56\) pixels.*maps of \(2, 3\) at stride 14'):
        stored_features(found, preprocessor, wider, samples)
