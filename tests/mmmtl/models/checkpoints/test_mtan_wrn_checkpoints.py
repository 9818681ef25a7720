import pytest
import torch
from torch import nn

from mmmtl.models.backbones import WideResNet
from mmmtl.models.checkpoints.mtan_wrn_checkpoints import DOMAINS, rename_wrn_weights, wrn_key_map
from mmmtl.models.necks import StageAttentionNeck
from tests.utils.public_wide_resnet import PublicWideResNet
from tests.utils.random_weights import randomise

TASKS = ('one', 'two', 'three')
CLASSES = (4, 7, 2)
IMAGE = torch.rand(2, 3, 72, 72, generator=torch.Generator().manual_seed(4), dtype=torch.float64)


@pytest.mark.parametrize('training', [False, True])
def test_weights_of_the_authors_give_the_same_outputs(training):
    theirs = PublicWideResNet(CLASSES, widen_factor=1).double().train(training)
    randomise(theirs)
    ours = nn.Module()
    ours.backbone = WideResNet(28, 1)
    ours.neck = StageAttentionNeck((16, 16, 32, 64), TASKS, shared_last=True)
    ours.decode_head = nn.ModuleDict()
    for task, count in zip(TASKS, CLASSES, strict=True):
        ours.decode_head[task] = nn.Module()
        ours.decode_head[task].conv_seg = nn.Conv2d(64, count, 1)
    ours.double().train(training)
    ours.load_state_dict(rename_wrn_weights(theirs.state_dict(), TASKS))

    features = ours.backbone(IMAGE)
    assert features[-1].shape == (2, 64, 9, 9)
    for k, task in enumerate(TASKS):
        expected = theirs(IMAGE, k)
        attended = ours.neck(features, [task])
        assert list(attended) == [task]
        pooled = attended[task][-1][:, :, :8, :8].mean(dim=(2, 3), keepdim=True)
        found = ours.decode_head[task].conv_seg(pooled).flatten(1).softmax(dim=1)
        assert expected.std() > 0.01
        torch.testing.assert_close(found, expected, atol=1e-9, rtol=1e-9)


def test_every_tensor_of_the_ten_data_sets_has_a_name():
    with torch.device('meta'):
        theirs = PublicWideResNet([1000, 100, 100, 2, 47, 43, 1623, 10, 101, 102])
    assert set(wrn_key_map()) == set(theirs.state_dict())
    assert len(set(wrn_key_map().values())) == len(wrn_key_map())
    assert sum(p.numel() for p in theirs.parameters()) == 10_237_656
    assert len(DOMAINS) == 10
