import pytest
import torch

from tests.utils.plain.comparison import IMAGE, assert_same_features, build
from tests.utils.plain.mtan import plain_mtan
from tests.utils.plain.timed import mtan_place

SEGNET = dict(type='SegNet', return_blocks=True)
NECK = dict(type='MTANNeck')


@pytest.fixture(scope='module')
def model():
    return build(['seg', 'depth'], SEGNET, NECK)


@pytest.mark.parametrize('tasks', [['seg', 'depth'], ['seg'], ['depth']])
def test_the_attended_features_agree(tasks):
    """With one task it is the paper's STAN."""
    assert_same_features(
        build(tasks, SEGNET, NECK),
        lambda image, weights, training, _: plain_mtan(image, weights, tasks, training),
        mtan_place,
    )


def test_the_heads_read_the_last_attended_features(model):
    model.eval()
    with torch.no_grad():
        features = model.extract_feat(IMAGE)
        outputs = model(IMAGE)
    for task, output in outputs.items():
        first, last = model.decode_head[task].convs[0].conv, model.decode_head[task].conv_seg
        with torch.no_grad():
            x = torch.conv2d(features[task][-1], first.weight, first.bias, padding=1)
            x = torch.conv2d(x, last.weight, last.bias)
        torch.testing.assert_close(output, x, atol=1e-5, rtol=1e-5)


def test_every_task_trains_the_shared_network_and_its_own_masks(model):
    image = torch.rand(1, 3, 32, 32)
    model.zero_grad()
    model.train()
    model.extract_feat(image)['depth'][-1].square().mean().backward()
    own = [p.grad for p in model.neck.attention['depth'].parameters()]
    other = [p.grad for p in model.neck.attention['seg'].parameters()]
    shared = [p.grad for p in model.backbone.parameters()]
    assert all(grad is not None for grad in own + shared)
    assert all(grad is None for grad in other)
    model.eval()
