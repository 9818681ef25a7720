import pytest
import torch
from torchjd.scalarization import IMTLL

from tests.utils.weighting_batches import LOSSES, build, total


def test_it_starts_with_the_plain_sum():
    assert total(build('IMTLLossWeighting')).item() == 2.5


def test_it_is_that_of_torchjd():
    ours, theirs = build('IMTLLossWeighting'), IMTLL(2)
    for scales in (ours.log_scale, theirs.log_scale):
        scales.data.copy_(torch.tensor([0.4, -1.0]))
    loss = theirs(torch.stack(list(LOSSES.values())))
    assert total(ours).item() == pytest.approx(loss.item())
    total(ours).backward()
    loss.backward()
    torch.testing.assert_close(ours.log_scale.grad, theirs.log_scale.grad)


def test_at_the_optimum_all_weighted_losses_are_one():
    weighting = build('IMTLLossWeighting')
    optimizer = torch.optim.SGD(weighting.parameters(), lr=0.2)
    for _ in range(200):
        optimizer.zero_grad()
        total(weighting).backward()
        optimizer.step()
    weighted = [w.item() * LOSSES[task].item() for task, w in weighting(LOSSES).weights.items()]
    assert weighted == pytest.approx([1, 1], abs=1e-4)


def test_a_missing_task_has_no_part_in_it():
    weighting = build('IMTLLossWeighting')
    total(weighting, dict(depth=LOSSES['depth'])).backward()
    assert weighting.log_scale.grad.tolist() == [0, 0.5 - 1]
