import pytest
import torch
import torch.nn.functional as F
from torch import nn

from mmmtl.models.backbones.segnet_block import encode
from mmmtl.models.backbones.unpooling import find_maxima, unpool, unpool_by_comparison
from mmmtl.models.exporting import is_exporting


def pooled_and_unpooled(x, last):
    pooled, indices = F.max_pool2d(last, 2, return_indices=True)
    return pooled, F.max_unpool2d(x, indices, (2, 2), output_size=last.shape[-2:])


def test_a_window_by_hand():
    last = torch.tensor([[[[1.0, 3.0], [2.0, 0.0]]]])
    maxima = find_maxima(last)
    assert maxima.flatten().tolist() == [True, False]  # upper, not left
    unpooled = unpool_by_comparison(torch.tensor([[[[7.0]]]]), maxima, (2, 2))
    assert unpooled.tolist() == [[[[0, 7], [0, 0]]]]


@pytest.mark.parametrize('levels', [1, 2, 3, 1000])  # few levels: many ties; one: nothing else
@pytest.mark.parametrize('size', [(8, 12), (7, 12), (8, 11), (9, 13), (2, 2), (3, 3)])
def test_it_is_exactly_torchs(size, levels):
    generator = torch.Generator().manual_seed(0)
    last = torch.randint(-levels // 2, levels, (2, 5, *size), generator=generator).float().relu()
    x = torch.randn(2, 5, size[0] // 2, size[1] // 2, generator=generator)
    _, expected = pooled_and_unpooled(x, last)
    assert torch.equal(unpool_by_comparison(x, find_maxima(last), size), expected)


@pytest.fixture
def deterministic():
    torch.use_deterministic_algorithms(True)
    yield
    torch.use_deterministic_algorithms(False)


@pytest.mark.parametrize('size', [(8, 12), (7, 12), (9, 13), (2, 2)])
@pytest.mark.parametrize('memory_format', [torch.contiguous_format, torch.channels_last])
def test_a_deterministic_one_has_the_same_bits(size, memory_format, request):
    generator = torch.Generator().manual_seed(0)
    last = torch.randint(0, 3, (2, 5, *size), generator=generator).float()
    x = torch.randn(2, 5, size[0] // 2, size[1] // 2, generator=generator)
    x = x.to(memory_format=memory_format).requires_grad_()
    weights = torch.randn(2, 5, *size, generator=generator)
    _, indices = F.max_pool2d(last, 2, return_indices=True)
    expected = unpool(x, indices, size)
    (slope,) = torch.autograd.grad((expected * weights).sum(), x)
    request.getfixturevalue('deterministic')
    with pytest.raises(RuntimeError, match='does not have a deterministic implementation'):
        F.max_unpool2d(x, indices, (2, 2), output_size=size)
    found = unpool(x, indices, size)
    assert torch.equal(found, expected)
    assert torch.equal(torch.autograd.grad((found * weights).sum(), x)[0], slope)


class Unpool(nn.Module):
    def forward(self, x, last):
        return encode(lambda features: (features, features), last).unpool(x)


def test_only_exported_graphs_compare():
    assert not is_exporting()
    x, last = torch.randn(1, 2, 3, 4), torch.randn(1, 2, 7, 8)
    program = torch.export.export(Unpool(), (x, last))
    called = {str(node.target) for node in program.graph.nodes}
    assert 'aten.max_unpool2d.default' not in called
    assert 'aten.pixel_shuffle.default' in called
    assert torch.equal(program.module()(x, last), Unpool()(x, last))
