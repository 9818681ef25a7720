import torch
from torch import nn

from mmmtl.engine.accumulated_gradients import put_back, waiting_gradients
from tests.utils.toy.toy_runs import assert_same_weights, toy_runner


def test_gradients_are_kept_by_name():
    first, second = nn.Linear(2, 1), nn.Linear(2, 1)
    first(torch.tensor([[3.0, 4.0]])).sum().backward()
    first.bias.grad = None
    kept = waiting_gradients(first)
    assert list(kept) == ['weight']
    put_back(second, kept)
    assert second.weight.grad.tolist() == [[3.0, 4.0]]
    assert second.bias.grad is None


def test_a_run_resumes_exactly_between_two_batches_of_a_step(tmp_path):
    options = dict(
        optim_wrapper__accumulative_counts=3,
        default_hooks__checkpoint=dict(by_epoch=False, interval=1, max_keep_ckpts=-1),
        train_cfg__max_epochs=2,
    )
    whole, resumed = tmp_path / 'whole', tmp_path / 'resumed'
    toy_runner(whole, **options).train()
    again = dict(resume=True, load_from=str(whole / 'iter_5.pth'))
    toy_runner(resumed, **again, **options).train()
    assert_same_weights(whole / 'iter_8.pth', resumed / 'iter_8.pth')
