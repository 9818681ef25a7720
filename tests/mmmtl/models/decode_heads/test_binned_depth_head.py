import pytest
import torch

from mmmtl.models.decode_heads import BinnedDepthHead

MAPS = (torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(0)),)


def test_the_mean_of_the_bins():
    head = BinnedDepthHead(4, 4, value_range=(1, 3), num_bins=3)
    with torch.no_grad():
        head.conv_seg.weight.zero_()
        head.conv_seg.bias.copy_(torch.tensor([-5.0, 0.1, 0.5]))
    # 0.1, 0.2 and 0.6 for the bins 1, 2 and 3
    expected = (0.1 * 1 + 0.2 * 2 + 0.6 * 3) / 0.9
    torch.testing.assert_close(head(MAPS), torch.full((2, 1, 3, 5), expected))


def test_outputs_stay_within_the_range():
    head = BinnedDepthHead(4, 4, value_range=(0.001, 10))
    head.init_weights()
    output = head((MAPS[0] * 1e4,))
    assert output.shape == (2, 1, 3, 5)
    assert output.min() >= 0.001
    assert output.max() <= 10
    assert head.bins.shape == (256,)
    assert set(head.state_dict()) == {'conv_seg.weight', 'conv_seg.bias'}
    output.sum().backward()
    assert head.conv_seg.weight.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ('settings', 'message'),
    [
        (dict(value_range=(1, 1)), r'^value_range: .* found \(1, 1\)'),
        (dict(value_range=(0, None)), r'^value_range: '),
        (dict(value_range=(0, 1), num_bins=1), r'^num_bins: expected at least 2, found 1'),
    ],
)
def test_mistakes_are_told(settings, message):
    with pytest.raises(ValueError, match=message):
        BinnedDepthHead(4, 4, **settings)
