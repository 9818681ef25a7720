import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.models.decode_heads import LinearHead
from mmmtl.tasks import DEPTH, NORMAL
from tests.utils.head_samples import head_samples

MAPS = tuple(
    torch.randn(2, 4, *size, generator=torch.Generator().manual_seed(0))
    for size in ((4, 6), (2, 3))
)


def test_it_is_a_normalisation_and_a_matrix():
    head = LinearHead(4, 3).train()
    x = MAPS[1]
    mean = x.mean(dim=(0, 2, 3), keepdim=True)
    spread = x.var(dim=(0, 2, 3), unbiased=False, keepdim=True)
    weight = head.conv_seg.weight[:, :, 0, 0]
    normed = (x - mean) / (spread + 1e-5).sqrt()
    expected = torch.einsum('nchw,oc->nohw', normed, weight) + head.conv_seg.bias[:, None, None]
    torch.testing.assert_close(head(MAPS), expected)
    assert sum(p.numel() for p in head.parameters()) == 4 * 2 + 4 * 3 + 3


def test_several_maps_are_joined():
    head = LinearHead([4, 4], 3)
    assert head(MAPS).shape == (2, 3, 4, 6)
    assert head.channels == 8


@pytest.mark.parametrize(('task', 'head'), [(DEPTH, 'DepthHead'), (NORMAL, 'NormalHead')])
def test_numbers_are_probed_as_well(task, head):
    probe = MODELS.build(
        dict(
            type='DecoderRegressionHead',
            decoder=dict(type='LinearHead', in_channels=4),
            head=dict(type=head),
        )
    )
    probe.init_weights()
    labels = torch.rand(2, task.channels, 8, 12) + 0.1
    (loss,) = probe.loss(MAPS, head_samples(task, labels), None).values()
    loss.backward()
    found = {name for name, value in probe.named_parameters() if value.grad is not None}
    assert found == {
        'decoder.norm.weight',
        'decoder.norm.bias',
        'head.conv_seg.weight',
        'head.conv_seg.bias',
    }


def test_other_channels_are_told():
    with pytest.raises(ValueError, match=r'^channels: expected 8, those of the features, found 4'):
        LinearHead([4, 4], 3, channels=4)
