"""In a step of a training the host waits for the device once: for the losses."""

from collections import Counter

import pytest
import torch

from tests.utils.device_waits import counted_waits
from tests.utils.meta_runs import waits_of_steps
from tests.utils.random_data import write_cityscapes, write_nyuv2

LOSSES = 'models/segmentors/joined_losses.py'
GRADIENTS = 'loss_weighting/gradient/base.py'
CLIPPED = dict(optim_wrapper__clip_grad=dict(max_norm=1.0))


@pytest.fixture(scope='module')
def data_roots(tmp_path_factory):
    root = tmp_path_factory.mktemp('data')
    write_nyuv2(root / 'nyuv2', dict(train=8, val=2))
    write_cityscapes(root / 'cityscapes7', dict(train=8, val=2))
    return root


def files(places):
    return sorted(place.split(':')[0] for place in places.elements())


@pytest.mark.parametrize(
    ('name', 'weighting', 'options', 'expected'),
    [
        ('mtan_segnet_nyuv2', '', {}, [LOSSES]),
        ('mtan_segnet_nyuv2', 'dwa', {}, [LOSSES]),
        ('mtan_segnet_nyuv2', 'uncertainty', CLIPPED, [LOSSES]),
        # gradients are taken of losses that were found to be finite
        ('mtan_segnet_nyuv2', 'gradient-pcgrad', {}, [GRADIENTS, LOSSES]),
        # the losses before and after the step
        ('mtan_segnet_nyuv2', 'famo', {}, [LOSSES, LOSSES]),
        ('mtunet_cityscapes7', '', {}, [LOSSES]),
    ],
)
def test_a_step_waits_for_its_losses_alone(
    name, weighting, options, expected, data_roots, tmp_path
):
    root = data_roots / name.rsplit('_', 1)[1]
    ((reads, uploads),) = waits_of_steps(name, root, tmp_path, weighting, **options)
    assert files(reads) == expected
    assert files(uploads) == []


READS = {
    'item': lambda x: x[0].item(),
    'bool': lambda x: bool(x[0] > 0),
    'float': lambda x: float(x[0]),
    'int': lambda x: int(x[0]),
    'an index': lambda x: [1, 2, 3][x[0].long()],
    'tolist': lambda x: x.tolist(),
    'cpu': lambda x: x.cpu(),
    'a copy': lambda x: torch.ones(3).copy_(x),
    'nonzero': lambda x: x.nonzero(),
    'a mask': lambda x: x[x > 0],
    'a mask that is written to': lambda x: x.__setitem__(x > 0, 0),
    'a mask of two dimensions': lambda x: x[None].expand(2, 3)[torch.ones(2, 3, device='meta') > 0],
    'masked_select': lambda x: x.masked_select(x > 0),
    'equal': lambda x: torch.equal(x, x),
    'bincount': lambda x: torch.bincount(x.long(), minlength=4),
    'in': lambda x: 2.0 in x,
}
UPLOADS = {
    'to': lambda x: torch.ones(3).to('meta'),
    'tensor': lambda x: torch.tensor([1.0], device='meta'),
    'new_tensor': lambda x: x.new_tensor([1, 2]),
    'a list as an index': lambda x: x[[0, 1]],
    'a list of places that are written to': lambda x: x.__setitem__([0, 1], 2.0),
    'copy_': lambda x: x.copy_(torch.ones(3)),
}
NEITHER = {
    'numbers': lambda x: torch.where(x > 0, x, 1.0) * 2 + torch.tensor(3.0),
    'new_full': lambda x: x.new_full((), 3),
    'places': lambda x: (x[0], x[1:], x[None]),
    'a copy that is not waited for': lambda x: torch.ones(3).to('meta', non_blocking=True),
    'tensors of the host': lambda x: torch.ones(3).sum().item(),
}


@pytest.mark.parametrize(
    ('what', 'counts'),
    [(name, (1, 0)) for name in READS]
    + [(name, (0, 1)) for name in UPLOADS]
    + [(name, (0, 0)) for name in NEITHER],
)
def test_the_count_sees(what, counts):
    values = torch.ones(3, device='meta')
    with counted_waits() as waits:
        (READS | UPLOADS | NEITHER)[what](values)
    assert tuple(map(Counter.total, waits.take())) == counts


@pytest.mark.parametrize('read', [torch.unique, lambda x: x.repeat_interleave(x.long())])
def test_what_cannot_be_answered_raises(read):
    with pytest.raises((RuntimeError, NotImplementedError)), counted_waits():
        read(torch.ones(3, device='meta'))
