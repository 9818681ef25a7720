from dataclasses import replace

import pytest
import torch

from mmmtl.geometry import MapKind
from mmmtl.tasks import DEPTH, NORMAL, SEG, Quantity, Task, all_tasks, get_task, register_task


def test_an_unknown_task_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"Unknown task 'depht'.*seg, depth, normal"):
        get_task('depht')


def test_a_new_task_must_not_take_what_another_uses():
    clash = Task(
        name='edges',
        quantity=Quantity.CLASSES,
        map_key='gt_edge_map',
        path_key='edge_map_path',
        gt_field=SEG.gt_field,
        pred_field='pred_edge_map',
        invalid=255,
    )
    with pytest.raises(ValueError, match="gt_field 'gt_sem_seg' is already used by task 'seg'"):
        register_task(clash)
    assert clash not in all_tasks()
    assert register_task(SEG) is SEG


def test_valid_masks():
    assert SEG.valid_mask(torch.tensor([[[0, 255, 3]]])).tolist() == [[[True, False, True]]]
    assert DEPTH.valid_mask(torch.tensor([[[0.0, 255.0]]])).tolist() == [[[False, True]]]
    # The components of a valid normal may add up to 0.
    normals = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]).view(3, 1, 2)
    assert NORMAL.valid_mask(normals).tolist() == [[[True, False]]]


def test_a_flip_mirrors_directions_with_their_pixels():
    normals = torch.tensor([[0.6, 0.0], [0.0, 0.6], [-0.8, -0.8]]).view(3, 1, 2)
    flipped = NORMAL.flip(normals, 'horizontal')
    expected = torch.tensor([[-0.0, -0.6], [0.6, 0.0], [-0.8, -0.8]]).view(3, 1, 2)
    assert torch.equal(flipped, expected)
    vertical = torch.tensor([[0.6, 0.0], [-0.0, -0.6], [-0.8, -0.8]]).view(3, 1, 2)
    assert torch.equal(NORMAL.flip(normals, 'vertical'), vertical)
    depth = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]])
    assert DEPTH.flip(depth, 'horizontal').tolist() == [[[2.0, 1.0], [4.0, 3.0]]]
    assert DEPTH.flip(depth, 'vertical').tolist() == [[[3.0, 4.0], [1.0, 2.0]]]
    assert DEPTH.flip(depth, 'diagonal').tolist() == [[[4.0, 3.0], [2.0, 1.0]]]


@pytest.mark.parametrize(
    ('unit', 'kind'),
    [
        ('depth', MapKind.DEPTH),
        ('inverse_depth', MapKind.INVERSE_DEPTH),
        ('mtan', MapKind.INVERSE_DEPTH),
        ('disparity', MapKind.DISPARITY),
        (None, MapKind.SCALAR),
    ],
)
def test_the_kind_of_a_depth_map_is_that_of_its_unit(unit, kind):
    assert DEPTH.map_kind(unit) is kind
    assert SEG.map_kind(unit) is MapKind.CLASSES
    assert NORMAL.map_kind(unit) is MapKind.DIRECTION


def test_a_scalar_that_is_no_depth_says_so():
    edges = replace(DEPTH, name='edges', geometry=MapKind.SCALAR)
    assert edges.map_kind('depth') is MapKind.SCALAR
    with pytest.raises(ValueError, match="depth_unit 'feet'"):
        DEPTH.map_kind('feet')


def test_decoding():
    logits = torch.tensor([[[0.0, 3.0]], [[1.0, 2.0]]])
    assert SEG.decode(logits).tolist() == [[[1, 0]]]
    binary = torch.tensor([[[-1.0, 0.2]]])  # probabilities 0.27, 0.55
    assert SEG.decode(binary).tolist() == [[[0, 1]]]
    assert SEG.decode(binary, threshold=0.6).tolist() == [[[0, 0]]]
    assert SEG.decode(binary, threshold=0.2).tolist() == [[[1, 1]]]
    normals = NORMAL.decode(torch.tensor([3.0, 0.0, -4.0]).view(3, 1, 1))
    assert normals.flatten().tolist() == pytest.approx([0.6, 0.0, -0.8])
