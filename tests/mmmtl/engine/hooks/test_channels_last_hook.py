from types import SimpleNamespace

import torch

from mmmtl.engine import ChannelsLastHook
from tests.utils.gradient_batches import images_and_labels, segmentor, total_loss


def test_weights_and_images_turn_their_memory_and_nothing_else():
    plain, turned = (segmentor(dict(type='EqualWeighting')).train() for _ in range(2))
    hook, seen = ChannelsLastHook(), []
    for _ in range(2):  # a second training adds no second turn
        hook.before_train(SimpleNamespace(model=turned))
    turned.backbone.register_forward_pre_hook(lambda _, args: seen.append(args[0]))
    batch = images_and_labels(range(2))
    losses = [total_loss(model, *batch) for model in (plain, turned)]
    torch.testing.assert_close(*losses)
    assert len(turned.backbone._forward_pre_hooks) == 2
    assert seen[0].is_contiguous(memory_format=torch.channels_last)
    assert batch[0].is_contiguous()
    for one, other in zip(plain.parameters(), turned.parameters(), strict=True):
        assert torch.equal(one, other)
        assert other.ndim != 4 or other.is_contiguous(memory_format=torch.channels_last)
