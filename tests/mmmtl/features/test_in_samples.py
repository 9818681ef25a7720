import pickle

import pytest
import torch
from mmseg.structures import SegDataSample

from mmmtl.features.feature_folder import StoredFeatures
from mmmtl.features.in_samples import put_features, take_features

FEATURES = StoredFeatures(dict(map_0=torch.ones(2, 3, 4), token_0=torch.zeros(2)), 'abc')


def sample(features=FEATURES):
    found = SegDataSample()
    if features:
        put_features(found, features)
    return found


def test_a_sample_brings_them_through_processes_and_to_a_device():
    brought = pickle.loads(pickle.dumps(sample())).to('cpu')
    (found,) = take_features([brought])
    assert found.model == 'abc'
    assert found.tensors.keys() == FEATURES.tensors.keys()
    assert torch.equal(found.tensors['map_0'], FEATURES.tensors['map_0'])
    meta = take_features([sample().to('meta')])[0].tensors['map_0']
    assert meta.device.type == 'meta'


def test_without_features_there_are_none():
    assert take_features([sample(None)]) is None
    assert take_features([]) is None


def test_a_batch_with_some_is_refused():
    with pytest.raises(ValueError, match=r'of all 2 samples .* found 1; LoadFeatures must'):
        take_features([sample(), sample(None)])
