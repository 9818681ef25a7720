import torch

from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.mtan_v1 import plain_mtlbl1

TASKS = ['seg', 'depth']


def mtlbl1_path(name):
    return f'backbone.{name}' if name.startswith('shared') else f'backbone.streams.{name}'


def test_mtlbl1_agrees_with_plain_torch():
    assert_same_features(
        build(TASKS, dict(type='MTLBL1SegNet', tasks=TASKS)),
        lambda image, weights, training, _: plain_mtlbl1(image, weights, TASKS, training),
        mtlbl1_path,
    )


def test_every_block_is_the_task_s_own_and_the_shared_one_added():
    model = build(TASKS, dict(type='MTLBL1SegNet', tasks=TASKS)).backbone.eval()
    image = torch.rand(1, 3, 32, 64)
    with torch.no_grad():
        shared = model.shared(image)
        last = model.streams['seg'].decoder[-1]
        own = []
        last.register_forward_hook(lambda _, inputs, outputs: own.append(outputs[1]))
        outputs = model(image)
    assert torch.equal(outputs['seg'][-1], own[0] + shared.decoder[-1].last)
    expected = [tuple(block.last.shape) for block in shared.decoder]
    for blocks in outputs.values():
        assert [tuple(x.shape) for x in blocks] == expected


def test_a_task_trains_the_shared_network_and_its_own_alone():
    model = build(TASKS, dict(type='MTLBL1SegNet', tasks=TASKS)).backbone.train()
    model(torch.rand(2, 3, 32, 64))['depth'][-1].square().mean().backward()
    for network in (model.shared, model.streams['depth']):
        assert all(p.grad is not None for p in network.parameters())
    assert all(p.grad is None for p in model.streams['seg'].parameters())


def test_the_shared_network_does_not_read_the_tasks():
    model = build(TASKS, dict(type='MTLBL1SegNet', tasks=TASKS)).backbone.eval()
    image = torch.rand(1, 3, 32, 64)
    with torch.no_grad():
        before = model(image)
        for parameter in model.streams['depth'].parameters():
            parameter.mul_(2)
        after = model(image)
    assert torch.equal(before['seg'][-1], after['seg'][-1])
    assert not torch.equal(before['depth'][-1], after['depth'][-1])
