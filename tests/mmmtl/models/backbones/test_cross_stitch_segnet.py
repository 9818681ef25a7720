import torch

from tests.utils.plain.comparison import assert_same_features, build
from tests.utils.plain.cross_stitch import plain_cross_stitch

TASKS = ['seg', 'depth']
CROSS_STITCH = dict(type='CrossStitchSegNet', tasks=TASKS)


def test_the_features_agree_with_plain_torch():
    model = build(TASKS, CROSS_STITCH)
    units = torch.rand(9, 2, generator=torch.Generator().manual_seed(3)) + 0.5
    model.backbone.encoder_units.data.copy_(units[:4])
    model.backbone.decoder_units.data.copy_(units[4:])

    def plain(image, weights, training, converted):
        alphas = torch.cat((converted.backbone.encoder_units, converted.backbone.decoder_units))
        return plain_cross_stitch(image, weights, TASKS, alphas, training)

    assert_same_features(model, plain, lambda name: f'backbone.streams.{name}')


def test_the_units_start_at_one_and_learn():
    model = build(TASKS, CROSS_STITCH, randomised=False)
    model.init_weights()
    units = [model.backbone.encoder_units, model.backbone.decoder_units]
    assert [unit.tolist() for unit in units] == [[[1, 1]] * 4, [[1, 1]] * 5]
    model.train().extract_feat(torch.rand(2, 3, 32, 32))['seg'][-1].square().mean().backward()
    assert all(unit.grad.abs().min() > 0 for unit in units)
