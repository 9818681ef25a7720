import pytest
import torch

from mmmtl.tasks import DirectionTask

FACING = DirectionTask(name='facing')


def test_the_zero_vector_alone_is_no_label():
    # The components of a valid normal may add up to 0.
    normals = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]).view(3, 1, 2)
    assert FACING.valid_mask(normals).tolist() == [[[True, False]]]


def test_a_flip_mirrors_directions_with_their_pixels():
    normals = torch.tensor([[0.6, 0.0], [0.0, 0.6], [-0.8, -0.8]]).view(3, 1, 2)
    flipped = FACING.flip(normals, 'horizontal')
    expected = torch.tensor([[-0.0, -0.6], [0.6, 0.0], [-0.8, -0.8]]).view(3, 1, 2)
    assert torch.equal(flipped, expected)
    vertical = torch.tensor([[0.6, 0.0], [-0.0, -0.6], [-0.8, -0.8]]).view(3, 1, 2)
    assert torch.equal(FACING.flip(normals, 'vertical'), vertical)


def test_decoding_gives_unit_length():
    normals = FACING.decode(torch.tensor([3.0, 0.0, -4.0]).view(3, 1, 1))
    assert normals.flatten().tolist() == pytest.approx([0.6, 0.0, -0.8])


def test_unit_vectors_stay_to_the_last_bit():
    once = FACING.normalise(torch.randn(2, 3, 5, 6, generator=torch.Generator().manual_seed(0)))
    torch.testing.assert_close(once.norm(dim=1), torch.ones(2, 5, 6))
    assert torch.equal(FACING.normalise(once), once)
    assert FACING.normalise(torch.zeros(3, 1, 1)).abs().sum() == 0


def test_a_mean_of_views_is_no_unit_vector_and_decodes_to_one():
    views = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]]).view(2, 3, 1, 1)
    mean = torch.stack([FACING.to_mean(view) for view in views]).mean(dim=0)
    assert FACING.from_mean(mean).flatten().tolist() == [0.5, 0.5, 0]
    found = FACING.decode(FACING.from_mean(mean)).flatten().tolist()
    assert found == pytest.approx([0.5**0.5, 0.5**0.5, 0])


def test_what_suits_the_kind():
    assert FACING.default_reader() == dict(type='NormalReader')
    assert FACING.head_arguments == dict(out_channels=3)
    assert FACING.describe() == dict(quantity='direction', axes='x right, y down, z forward')
