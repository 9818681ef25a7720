"""Test-time augmentation over networks whose outputs are known in closed form."""

import cv2
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmengine.dataset import Compose, pseudo_collate
from mmengine.model import BaseModel
from mmseg.registry import MODELS

from mmmtl.compat.scope import registry_scope
from mmmtl.geometry import unit_vectors
from mmmtl.models.segmentors.predictions import store_prediction
from mmmtl.tasks import build_tasks

SIZE = (32, 48)


class GradientNetwork(BaseModel):
    """Sees the slope of each channel, as a network that learned with a zoom sees sizes.

    In an image that is ``s`` times as large, slopes are ``1 / s`` times as steep: things are as
    many times nearer. In a mirrored image their signs change.
    """

    def __init__(self, inverse=False):
        super().__init__()
        self.tasks = build_tasks(['seg', 'depth', 'normal'])
        self.decode_head = dict.fromkeys(self.tasks)
        self.inverse = inverse
        self.sizes = []

    def test_step(self, data):
        for image, sample in zip(data['inputs'], data['data_samples'], strict=True):
            self.sizes.append(tuple(image.shape[1:]))
            for name, output in self.outputs(image.float()).items():
                store_prediction(sample, self.tasks[name], output, self.decode_head[name])
        return data['data_samples']

    def outputs(self, image):
        padded = F.pad(image[None], (1, 1, 1, 1), mode='replicate')[0]
        down = (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
        right = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2
        steepness = right[1:2].abs() + down[1:2].abs()
        x, y = (slope[0].sign() * (slope[0].abs() > 1) for slope in (right, down))
        normal = torch.stack([x, y, torch.full_like(x, -2)])
        return dict(
            seg=torch.cat([image[2:] - 100, 100 - image[2:]]) / 10,
            depth=1 / steepness.clamp(min=0.1) if self.inverse else steepness,
            normal=unit_vectors(normal, dim=0),
        )

    def forward(self, *args, **kwargs):
        raise NotImplementedError


def views(transforms, meta, unit='depth'):
    """The views of an image with slopes 4 to the right in blue, 5 in green and an edge in red."""
    rows, columns = np.indices(SIZE)
    image = np.stack([4 * columns, 5 * columns, 200 * (columns >= 20)], axis=-1)
    augment = dict(
        type='TestTimeAug', transforms=[*transforms, [dict(type='PackMultiTaskInputs', **meta)]]
    )
    with registry_scope():
        transform = Compose([augment])
    results = dict(img=image.astype(np.uint8), ori_shape=SIZE, img_shape=SIZE, depth_unit=unit)
    return pseudo_collate([transform(results)])


FLIPS = [
    [
        dict(type='MultiTaskRandomFlip', prob=prob, direction=direction)
        for prob, direction in ((0.0, 'horizontal'), (1.0, 'horizontal'), (1.0, 'vertical'))
    ]
]
SCALES = [[dict(type='Resize', scale_factor=scale) for scale in (1.0, 1.5, 2.0)]]
INTERIOR = (slice(None), slice(4, -4), slice(4, -4))
FLAT = (slice(None), slice(4, -4), slice(24, -4))
"""Away from the edge in red, which a resize blurs."""


def merge(transforms, network=None, meta=None, unit='depth', **settings):
    network = network or GradientNetwork()
    tta = MODELS.build(dict(type='MultiTaskTTAModel', module=network, **settings))
    (merged,) = tta.test_step(views(transforms, meta or {}, unit))
    return merged, network


def test_flips_leave_every_value():
    merged, _ = merge(FLIPS)
    normal = torch.tensor([1.0, 0, -2]) / 5**0.5
    columns = torch.arange(SIZE[1])
    assert merged.pred_sem_seg.data[0, 0].equal((columns < 20).long())
    torch.testing.assert_close(merged.pred_depth_map.data[INTERIOR].unique(), torch.tensor([5.0]))
    found = merged.pred_normal_map.data[INTERIOR]
    torch.testing.assert_close(found, normal.view(3, 1, 1).expand_as(found))


def test_the_network_is_run_at_every_size():
    _, network = merge([*SCALES, *FLIPS])
    assert network.sizes == [size for size in ((32, 48), (48, 72), (64, 96)) for _ in range(3)]


def test_depths_are_averaged_as_they_are_by_default():
    merged, _ = merge(SCALES)
    mean = 5 * (1 + 1 / 1.5 + 1 / 2) / 3
    assert abs(merged.pred_depth_map.data[FLAT].median() - mean) < 0.05


@pytest.mark.parametrize(
    ('unit', 'inverse', 'expected'),
    [('depth', False, 5.0), ('mtan', True, 0.2), ('inverse_depth', True, 0.2)],
)
def test_depths_of_a_zoom_are_scaled_back(unit, inverse, expected):
    network = GradientNetwork(inverse)
    merged, _ = merge([*SCALES, *FLIPS], network, unit=unit, zoom_scales_depth=True)
    found = merged.pred_depth_map.data[FLAT]
    # Colours are rounded to whole levels, slopes of the resized views to half ones.
    assert abs(found.mean() - expected) < 0.03 * expected
    assert merged.pred_depth_map.data.shape == (1, *SIZE)


def test_directions_do_not_change_with_the_size():
    merged, _ = merge([*SCALES, *FLIPS], zoom_scales_depth=True)
    found = merged.pred_normal_map.data[FLAT]
    normal = torch.tensor([1.0, 0, -2]) / 5**0.5
    torch.testing.assert_close(found, normal.view(3, 1, 1).expand_as(found))


def test_probabilities_are_averaged():
    merged, network = merge(FLIPS)
    image = torch.from_numpy(cv2.flip(np.zeros((*SIZE, 3), np.uint8), 1)).permute(2, 0, 1)
    logits = network.outputs(image.float())['seg'][:, 0, 0]  # red is 0 where the columns begin
    mean = merged.seg_logits.data[:, 0, 0].exp()
    torch.testing.assert_close(mean, logits.softmax(0))


def test_a_zoom_needs_the_unit():
    with pytest.raises(ValueError, match='zoom_scales_depth: expected the depth_unit'):
        merge(SCALES, meta=dict(meta_keys=['ori_shape', 'scale_factor']), zoom_scales_depth=True)


def test_views_that_are_not_resized_are_not_scaled():
    merged, _ = merge(FLIPS, zoom_scales_depth=True)
    torch.testing.assert_close(merged.pred_depth_map.data[INTERIOR].unique(), torch.tensor([5.0]))


def label(results):
    """Marks the part whose red is above 100, in the image as it is by then."""
    red_part = (results['img'][..., 2] > 100).astype(np.uint8)
    return results | dict(gt_seg_map=red_part, seg_fields=['gt_seg_map'])


LABEL = [[label]]
MIRRORED_FIRST = [[dict(type='MultiTaskRandomFlip', prob=prob) for prob in (1.0, 0.0)]]
LARGER = [[dict(type='Resize', scale_factor=scale) for scale in (1.5, 1.0)]]


@pytest.mark.parametrize('transforms', [FLIPS, MIRRORED_FIRST, [*LARGER, *MIRRORED_FIRST]])
def test_labels_are_those_of_the_image_itself(transforms):
    merged, _ = merge([*LABEL, *transforms])
    labels = merged.gt_sem_seg.data[0]
    assert labels.shape == SIZE
    assert labels.equal((torch.arange(SIZE[1]) >= 20).long().expand(SIZE))


def test_labels_that_were_resized_in_every_view_are_refused():
    resized = [[dict(type='Resize', scale_factor=scale) for scale in (1.5, 0.5)]]
    message = (
        r'tta_pipeline: expected a view that is not flipped, with labels of the size of the '
        r'image, \(32, 48\), found labels of \(16, 24\), \(48, 72\)\. Load'
    )
    with pytest.raises(ValueError, match=message):
        merge([*LABEL, *resized])
