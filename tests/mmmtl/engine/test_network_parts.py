from torch import nn

from mmmtl.engine.network_parts import network_parts


def test_heads_are_parts_of_their_own():
    model = nn.Module()
    model.backbone, model.loss_weighting = nn.Conv2d(3, 4, 1), nn.Conv2d(1, 1, 1)
    model.decode_head = nn.ModuleDict(dict(seg=nn.Conv2d(4, 2, 1), depth=nn.Conv2d(4, 1, 1)))
    more = nn.ModuleList([nn.Conv2d(4, 2, 1), nn.Conv2d(4, 3, 1)])
    model.auxiliary_head = nn.ModuleDict(dict(seg=more))
    heads = [*model.decode_head.values(), *more]
    assert list(network_parts(model)) == [model.backbone, *heads]


def test_a_single_head_of_mmseg_is_one_part():
    model = nn.Module()
    model.backbone, model.neck = nn.Conv2d(3, 4, 1), nn.ReLU()
    model.decode_head = nn.Sequential(nn.Conv2d(4, 2, 1))
    assert list(network_parts(model)) == [model.backbone, model.neck, model.decode_head]
