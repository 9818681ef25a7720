import pytest
import torch
from torch import nn

from mmmtl.models.necks.units import NDDRUnit
from tests.utils.plain.layers import PlainLayers
from tests.utils.random_weights import randomise


def test_nddr_starts_from_the_paper_s_shares():
    unit = NDDRUnit(2, 3).eval()  # the normalisation's statistics are 0 and 1
    a, b = torch.rand(2, 1, 3, 2, 2)
    first, second = unit([a, b])
    torch.testing.assert_close(first, 0.9 * a + 0.1 * b, atol=1e-4, rtol=0)
    torch.testing.assert_close(second, 0.1 * a + 0.9 * b, atol=1e-4, rtol=0)


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 3])
def test_it_agrees_with_plain_torch(count, training):
    unit = NDDRUnit(count, 4).double().train(training)
    randomise(unit)
    layers = PlainLayers(unit.state_dict(), training)
    features = [torch.randn(2, 4, 5, 6, dtype=torch.float64) for _ in range(count)]
    joined = torch.cat(features, dim=1)
    outputs = unit(features)
    assert len(outputs) == count
    for task, output in enumerate(outputs):
        weight = layers.state['weight'][4 * task : 4 * task + 4, :, 0, 0]
        x = torch.einsum('oc,nchw->nohw', weight, joined)
        expected = layers.norm(x, f'norms.{task}').relu()
        torch.testing.assert_close(output, expected, atol=1e-12, rtol=1e-9)


def test_each_task_has_a_normalisation_of_its_own_and_no_bias():
    unit = NDDRUnit(2, 3, norm_cfg=dict(type='GN', num_groups=3))
    assert [name for name, _ in unit.named_parameters()] == [
        'weight',
        'norms.0.weight',
        'norms.0.bias',
        'norms.1.weight',
        'norms.1.bias',
    ]
    assert unit.weight.shape == (6, 6, 1, 1)
    assert all(isinstance(norm, nn.GroupNorm) for norm in unit.norms)


def test_a_task_s_output_reaches_the_features_of_all_tasks():
    unit = NDDRUnit(2, 3)
    features = [torch.rand(2, 3, 4, 4, requires_grad=True) for _ in range(2)]
    unit(features)[0].square().sum().backward()
    assert all(x.grad.abs().sum() > 0 for x in features)
    assert unit.weight.grad[:3].abs().sum() > 0
    assert not unit.weight.grad[3:].any()


def test_a_wrong_share_is_named():
    with pytest.raises(ValueError, match=r'own_share: expected a number in \[0, 1\], found 2'):
        NDDRUnit(2, 3, own_share=2)
