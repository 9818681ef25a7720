import pytest
import torch
from mmseg.structures import SegDataSample
from torch import nn

from mmmtl.models.segmentors.set_statistics import (
    SetBatchNorm,
    separate_sets,
    sets_with_statistics,
    turn_to_sets,
)
from mmmtl.sets.set_of_sample import mark_sample
from tests.utils.errors import error_of
from tests.utils.small_segmentor import IMAGES, build, samples

SETS = ['camvid', 'office']


def marked(*names):
    found = samples(len(names))
    for sample, name in zip(found, names, strict=True):
        if name is not None:
            mark_sample(dict(data_samples=sample), name)
    return found


def infos(*names):
    return [sample.metainfo for sample in marked(*names)]


def layers(momentum=1.0):
    found = nn.Sequential(nn.BatchNorm2d(3, momentum=momentum), nn.Conv2d(3, 3, 1))
    separate_sets(found, SETS)
    return found


def test_a_batch_of_one_set_moves_its_statistics_alone():
    found = layers()
    x, y = torch.randn(4, 3, 5, 6), 3 + torch.randn(2, 3, 5, 6)
    for names, given in ((['office'] * 4, x), (['camvid'] * 2, y)):
        turn_to_sets(found, infos(*names))
        found(given)
    for name, given in (('office', x), ('camvid', y)):
        mean = found[0].statistics[name].running_mean
        torch.testing.assert_close(mean, given.mean(dim=(0, 2, 3)))


@pytest.mark.parametrize(
    'names',
    [
        ['office', 'camvid', 'office', 'camvid', 'office'],
        ['office', 'office', 'camvid', 'camvid', 'camvid'],
        ['camvid', 'office', 'office', 'office', 'camvid'],
    ],
)
def test_images_of_several_sets_are_normalised_by_themselves(names):
    found = layers()
    x = torch.randn(5, 3, 5, 6) + torch.tensor([0, 9, 3, -7, 1]).view(-1, 1, 1, 1)
    turn_to_sets(found, infos(*names))
    mixed = found[0](x)
    for name in SETS:
        indices = [index for index, one in enumerate(names) if one == name]
        torch.testing.assert_close(mixed[indices], nn.BatchNorm2d(3)(x[indices]))
        mean = found[0].statistics[name].running_mean
        torch.testing.assert_close(mean, x[indices].mean(dim=(0, 2, 3)))


def test_gradients_reach_every_image_of_a_mixed_batch():
    found = layers()
    x = torch.randn(3, 3, 5, 6, dtype=torch.double, requires_grad=True)
    for names in (('camvid', 'office', 'camvid'), ('office', 'office', 'camvid')):
        turn_to_sets(found, infos(*names))
        assert torch.autograd.gradcheck(found.double()[0], (x,))


def test_images_of_no_set_are_those_of_the_first():
    found = layers()
    turn_to_sets(found, infos('office'))
    turn_to_sets(found, infos(None, None))
    assert (found[0].key, found[0].sets) == ('camvid', ())


def test_what_does_not_fit_is_named():
    found = layers()
    assert error_of(turn_to_sets, found, infos('camvid', 'streets')) == (
        "set_statistics: expected images of the data sets ['camvid', 'office'], found one of "
        "'streets'."
    )
    turn_to_sets(found, infos('camvid', 'office'))
    assert 'parts that regroup images need batches of one' in error_of(
        found[0], torch.ones(8, 3, 2)
    )
    for names, start in (
        ('camvid', 'set_statistics: expected a list of names, found the string'),
        (['a', 'a'], 'set_statistics: expected different names'),
        (['a.b'], 'set_statistics: expected names of letters'),
        ([], 'set_statistics: expected at least one data set'),
    ):
        assert error_of(separate_sets, nn.Sequential(), names).startswith(start)


def test_which_sets_a_model_knows():
    assert sets_with_statistics(layers()) == ('camvid', 'office')
    assert sets_with_statistics(nn.Sequential(nn.BatchNorm2d(3))) is None
    separate_sets(plain := nn.Sequential(nn.BatchNorm2d(3)), None)
    assert isinstance(plain[0], nn.BatchNorm2d)


def test_a_model_evaluates_images_as_it_was_trained_on_their_set():
    torch.manual_seed(0)
    model = build(set_statistics=SETS)
    norms = [norm for norm in model.modules() if isinstance(norm, SetBatchNorm)]
    assert norms
    for norm in norms:
        for own in norm.statistics.values():
            own.momentum = 1.0
    dark = 0.1 * IMAGES
    model.train()
    with torch.no_grad():
        model(IMAGES, marked('camvid', 'camvid'), mode='loss')
        trained = model.extract_feat(IMAGES)['depth'][-1]
        model(dark, marked('office', 'office'), mode='loss')
        model.eval()
        outputs = {}
        for name, images in (('camvid', IMAGES), ('office', dark)):
            model.predict(images, marked(name, name))
            outputs[name] = model.extract_feat(images)['depth'][-1]
        model.predict(IMAGES, marked('office', 'office'))
        foreign = model.extract_feat(IMAGES)['depth'][-1]
    # Variances of the batch and of the estimate differ by n / (n - 1), with small n deep inside.
    own = (outputs['camvid'] - trained).abs().mean()
    assert own < 0.2 * trained.abs().mean()
    assert (foreign - trained).abs().mean() > 3 * own


def test_without_it_nothing_changes():
    plain, separate = build(), build(set_statistics=SETS)
    assert [n for n, _ in plain.named_parameters()] == [n for n, _ in separate.named_parameters()]
    separate.load_state_dict(plain.state_dict())
    losses = []
    for model in (plain.train(), separate.train()):
        torch.manual_seed(0)  # of the dropout
        losses.append(model(IMAGES, marked('office', 'office'), mode='loss')['depth/raw'])
    assert torch.equal(*losses)
    prediction = SegDataSample(metainfo=dict(ori_shape=IMAGES.shape[2:]))
    assert plain.eval().predict(IMAGES[:1], [prediction])[0].pred_depth_map.shape == (16, 24)


@pytest.mark.parametrize('mode', ['whole', 'slide'])
def test_windows_are_those_of_their_images(mode):
    model = build(
        set_statistics=SETS,
        test_cfg=dict(
            mode=mode, **(dict(crop_size=(8, 8), stride=(8, 8)) if mode == 'slide' else {})
        ),
    ).eval()
    with torch.no_grad():
        mixed = model.predict(IMAGES, marked('camvid', 'office'))
        for norm in model.modules():
            if isinstance(norm, SetBatchNorm):
                norm.statistics['office'].running_mean.add_(1)
        again = model.predict(IMAGES, marked('camvid', 'office'))
    first, second = (
        torch.stack([s.pred_depth_map.data for s in found]) for found in (mixed, again)
    )
    assert torch.equal(first[0], second[0])
    assert not torch.equal(first[1], second[1])
