import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mmmtl.models.necks.pyramid_task_neck import PyramidTaskNeck, resize_concat, resize_to

TWO = (torch.rand(1, 4, 6, 8), torch.rand(1, 8, 3, 4))


class SomeNeck(PyramidTaskNeck):
    """A neck that does nothing."""


def test_tasks_and_channels_are_kept_in_their_order():
    neck = SomeNeck(['depth', 'seg'], [4, 8])
    assert neck.tasks == ('depth', 'seg')
    assert neck.in_channels == (4, 8)
    checked = neck.checked(list(TWO))
    assert isinstance(checked, tuple)
    assert all(a is b for a, b in zip(checked, TWO, strict=True))


@pytest.mark.parametrize('channels', [(4,), (8, 4), (4, 8, 8)])
def test_features_that_do_not_fit_are_named(channels):
    features = [torch.rand(1, width, 2, 2) for width in channels]
    message = (
        f'in_channels: SomeNeck expected [4, 8], found feature maps with {list(channels)} channels.'
    )
    with pytest.raises(ValueError, match='in_channels') as raised:
        SomeNeck(['seg'], (4, 8)).checked(features)
    assert str(raised.value) == message


def test_too_few_levels_and_equal_tasks_are_named():
    message = r'^in_channels: SomeNeck expected at least 3 feature maps, found \[4, 8\]\.$'
    with pytest.raises(ValueError, match=message):
        SomeNeck(['seg'], (4, 8), min_levels=3)
    with pytest.raises(ValueError, match=r"^tasks: .* different names, found \['seg', 'seg'\]"):
        SomeNeck(['seg', 'seg'], (4, 8))
    with pytest.raises(ValueError, match='^tasks: expected different names, found none'):
        SomeNeck([], (4, 8))


@pytest.mark.parametrize('size', [(5, 9), (2, 3), (6, 8)])
def test_resizing_is_bilinear_without_aligned_corners(size):
    found = resize_to(TWO[0], torch.empty(2, 7, *size))
    torch.testing.assert_close(found, F.interpolate(TWO[0], size, mode='bilinear'))
    row = resize_to(torch.tensor([[[[0.0, 4.0]]]]), torch.empty(1, 4))
    assert row.flatten().tolist() == [0, 1, 3, 4]


def test_a_map_of_the_right_size_is_left_alone():
    assert resize_to(TWO[0], torch.empty(6, 8)) is TWO[0]


def test_maps_are_joined_at_the_size_of_the_first():
    joined = resize_concat(*TWO)
    assert joined.shape == (1, 12, 6, 8)
    assert torch.equal(joined[:, :4], TWO[0])
    torch.testing.assert_close(joined[:, 4:], F.interpolate(TWO[1], (6, 8), mode='bilinear'))
    assert torch.equal(resize_concat(TWO[1]), TWO[1])
    assert resize_concat(TWO[1], TWO[0]).shape == (1, 12, 3, 4)


class Resize(nn.Module):
    def forward(self, x, reference):
        return resize_to(x, reference)


def test_an_exported_graph_does_not_rest_on_sizes_that_happen_to_be_equal():
    same = torch.rand(1, 2, 6, 8)
    program = torch.export.export(Resize(), (same, torch.rand(1, 2, 6, 8)))
    called = [str(node.target) for node in program.graph.nodes]
    assert any('bilinear' in target for target in called)
    torch.testing.assert_close(program.module()(same, torch.rand(1, 2, 6, 8)), same)
