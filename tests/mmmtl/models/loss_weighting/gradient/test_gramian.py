import functools

import pytest
import torch

from mmmtl.models.loss_weighting.gradient.gramian import joined_gramian
from tests.utils.processes import on_two_processes

SHAPES = ((3, 5), (), (2, 3, 4), (1,))


def gradients(dtype=torch.float32, tasks=3):
    generator = torch.Generator().manual_seed(0)
    return [[torch.randn(s, generator=generator).to(dtype) for s in SHAPES] for _ in range(tasks)]


@pytest.mark.parametrize('average', [True, False])
@pytest.mark.parametrize('block', [1, 7, 15, 16, 1000])
def test_it_is_the_product_of_the_jacobian_with_itself(block, average):
    rows = gradients()
    jacobian = torch.stack([torch.cat([t.flatten() for t in row]) for row in rows]).double()
    gramian = joined_gramian(rows, average, block)
    assert gramian.dtype == torch.float64
    torch.testing.assert_close(gramian, jacobian @ jacobian.T, rtol=1e-6, atol=1e-6)


def test_half_precision_is_not_summed_in_half_precision():
    ones = [[torch.ones(2**12, dtype=torch.bfloat16)], [torch.full((2**12,), 1e-2).bfloat16()]]
    small = ones[1][0][0].item()
    expected = torch.tensor([[1, small], [small, small**2]], dtype=torch.float64) * 2**12
    torch.testing.assert_close(joined_gramian(ones, average=True), expected, rtol=1e-6, atol=0)


def test_other_layouts_in_memory():
    rows = [
        [torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last)],
        [torch.randn(2, 3, 4, 5)],
    ]
    expected = (rows[0][0] * rows[1][0]).sum().item()
    assert joined_gramian(rows, average=False)[0, 1].item() == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize('average', [True, False])
def test_small_blocks_on_two_processes(tmp_path, average):
    on_two_processes(functools.partial(gramian_of_mean, average=average), tmp_path)


def gramian_of_mean(rank, average):
    rows = torch.randn(2, 2, 7, generator=torch.Generator().manual_seed(0))  # process, task, entry
    joined = rows.mean(dim=0) if average else torch.cat([*rows], dim=1) / 2
    given = [[row[:3], row[3:].view(2, 2)] for row in rows[rank]]
    expected = (joined @ joined.T).double()
    torch.testing.assert_close(joined_gramian(given, average, 2), expected, rtol=1e-6, atol=1e-6)
