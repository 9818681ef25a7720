import pytest
import torch

from mmmtl.features.outputs import put_together, take_apart


@pytest.mark.parametrize('with_tokens', [False, True])
def test_together_again_they_are_the_same(with_tokens):
    outputs = tuple(torch.randn(3, 4, 2 * n, 5) for n in (1, 2))
    if with_tokens:
        outputs = tuple((one, torch.randn(3, 4)) for one in outputs)
    images = take_apart(outputs)
    assert len(images) == 3
    assert images[1]['map_1'].shape == (4, 4, 5)
    again = put_together(images)
    for first, second in zip(outputs, again, strict=True):
        pairs = zip(first, second, strict=True) if with_tokens else [(first, second)]
        assert all(torch.equal(*pair) for pair in pairs)
    swapped = put_together(images[::-1])
    map_ = swapped[1][0] if with_tokens else swapped[1]
    assert torch.equal(map_[0], images[2]['map_1'])


def test_half_as_wide_numbers_are_read_as_float32():
    (map_,) = put_together([dict(map_0=torch.ones(1, 2, 2).half())])
    assert map_.dtype == torch.float32


def test_images_of_two_sizes_are_refused():
    images = [dict(map_0=torch.ones(1, 2, width)) for width in (2, 3)]
    with pytest.raises(ValueError, match=r'one size in a batch.*\(1, 2, 2\), \(1, 2, 3\)'):
        put_together(images)


@pytest.mark.parametrize('outputs', [dict(seg=1), (dict(a=1),), [(torch.ones(1),) * 3]])
def test_other_outputs_are_refused(outputs):
    with pytest.raises(ValueError, match=r'^features: expected maps, or pairs'):
        take_apart(outputs)
