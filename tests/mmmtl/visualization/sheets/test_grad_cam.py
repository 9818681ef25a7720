import pytest
import torch
from mmseg.registry import MODELS

from mmmtl.visualization import grad_cam

W = (8, 8)
IMAGES = torch.rand(2, 3, 16, 24, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope='module')
def model():
    torch.manual_seed(0)
    head = dict(in_channels=8, channels=8, num_convs=1)
    config = dict(
        type='MultiTaskSegmentor',
        backbone=dict(type='SegNet', widths=W, num_convs=(2, 2), return_blocks=True),
        neck=dict(type='MTANNeck', widths=W),
        decode_head=dict(
            seg=dict(type='FCNHead', num_classes=3, **head), depth=dict(type='DepthHead', **head)
        ),
    )
    return MODELS.build(config).eval()


def test_the_map_is_that_of_the_paper(model):
    """In plain torch, on the features that the segmentation's head reads."""
    name = 'decode_head.seg.convs.0'
    kept = []
    handle = model.get_submodule(name).register_forward_hook(lambda m, i, o: kept.append(o))
    logits = model(IMAGES, mode='tensor')['seg'][:, 1]
    handle.remove()
    (gradient,) = torch.autograd.grad(logits.sum(), kept)
    expected = torch.einsum('nk,nkhw->nhw', gradient.mean(dim=(2, 3)), kept[0]).relu()
    expected = expected / expected.amax(dim=(1, 2), keepdim=True)
    found = grad_cam(model, IMAGES, ['seg'], [name], channel=1)['seg']
    torch.testing.assert_close(found, expected.detach())


def test_each_task_has_a_map_at_the_size_of_the_images(model):
    cams = grad_cam(model, IMAGES, ['seg', 'depth'])
    for cam in cams.values():
        assert cam.shape == (2, 16, 24)
        assert cam.min() >= 0
        assert cam.amax().item() == pytest.approx(1)
    assert not torch.equal(cams['seg'], cams['depth'])
    assert all(parameter.grad is None for parameter in model.parameters())


def test_a_frozen_network_has_maps_too(model):
    expected = grad_cam(model, IMAGES, ['depth'])['depth']
    model.requires_grad_(False)
    found = grad_cam(model, IMAGES, ['depth'])['depth']
    model.requires_grad_(True)
    torch.testing.assert_close(found, expected)


def test_the_maps_of_several_layers_are_averaged(model):
    layers = ['decode_head.seg.convs.0', 'backbone']
    both = grad_cam(model, IMAGES, ['seg'], layers)['seg']
    each = [grad_cam(model, IMAGES, ['seg'], [layer])['seg'] for layer in layers]
    torch.testing.assert_close(both, (each[0] + each[1]) / 2)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(tasks=['normal']), r"tasks: expected some of \['seg', 'depth'\], found \['normal'\]"),
        (dict(layers=['backbone.layer9']), "a module, found 'backbone.layer9'; backbone has"),
        (dict(layers=['decode_head.depth']), "'decode_head.depth' leads to seg"),
        (dict(channel=3), 'category_index: expected a channel of seg from 0 to 2, found 3'),
    ],
)
def test_mistakes(model, options, message):
    with pytest.raises(ValueError, match=message):
        grad_cam(model, IMAGES, **(dict(tasks=['seg']) | options))
