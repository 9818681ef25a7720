import torch

from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.dense import plain_dense

TASKS = ['seg', 'depth']
DENSE = dict(type='DenseSegNet', tasks=TASKS, shared_out_channels=5)


def path(name):
    first, rest = name.split('.', 1)
    return f'backbone.shared_{rest}' if first == 'shared' else f'backbone.streams.{name}'


def test_the_features_agree_with_plain_torch():
    assert_same_features(
        build(TASKS, DENSE),
        lambda image, weights, training, _: plain_dense(image, weights, TASKS, training),
        path,
    )


def test_the_unread_block_gets_gradients_of_zero():
    model = build(TASKS, DENSE).train()
    unread = model.backbone.shared_decoder[-1]
    assert unread.others[-1][0].weight.shape == (5, 8, 3, 3)
    model.extract_feat(torch.rand(2, 3, 32, 32))['depth'][-1].square().mean().backward()
    assert all(p.grad is not None and not p.grad.any() for p in unread.parameters())
    others = [*model.backbone.shared_encoder, *model.backbone.shared_decoder[:-1]]
    weights = [block.first[0].weight.grad for block in others]
    assert all(grad.abs().max() > 0 for grad in weights)


def test_a_broken_unread_block_does_not_reach_the_features():
    model = build(TASKS, DENSE).eval()
    image = torch.rand(1, 3, 32, 32)
    before = model(image)
    for parameter in model.backbone.shared_decoder[-1].parameters():
        parameter.data.fill_(float('nan'))
    after = model(image)
    assert all(torch.equal(before[task], after[task]) for task in TASKS)
