"""The predictions of a segmentor, of whole images and of sliding windows."""

import torch
from torch import nn

from tests.utils.small_segmentor import (
    DEPTH_HEAD,
    IMAGES,
    SEG_HEAD,
    PixelwiseBackbone,
    build,
    samples,
)


def test_predictions_have_the_original_size():
    model = build().eval()
    batch = samples()
    for sample in batch:
        sample.set_metainfo(dict(ori_shape=(33, 50), padding_size=(0, 4, 0, 6)))
    with torch.no_grad():
        predicted = model(IMAGES, batch, mode='predict')
        outputs = model(IMAGES, mode='tensor')
    assert tuple(outputs['seg'].shape) == (2, 5, 16, 24)
    assert tuple(outputs['depth'].shape) == (2, 1, 16, 24)
    for index, sample in enumerate(predicted):
        assert tuple(sample.seg_logits.data.shape) == (5, 33, 50)
        assert tuple(sample.pred_sem_seg.data.shape) == (1, 33, 50)
        kept = outputs['depth'][index : index + 1, :, :10, :20]  # without the padding
        expected = nn.functional.interpolate(kept, (33, 50), mode='bilinear', align_corners=False)
        torch.testing.assert_close(sample.pred_depth_map.data, expected[0])


def test_predictions_without_samples_have_the_input_size():
    predicted = build().eval()(IMAGES, mode='predict')
    assert tuple(predicted[0].pred_sem_seg.data.shape) == (1, 16, 24)


def test_predictions_of_a_flipped_image_are_flipped_back():
    model = build().eval()
    flipped = samples()
    for sample in flipped:
        sample.set_metainfo(dict(flip=True, flip_direction='horizontal'))
    with torch.no_grad():
        straight = model(IMAGES, mode='tensor')
        predicted = model(IMAGES, flipped, mode='predict')
    assert torch.equal(predicted[0].pred_depth_map.data, straight['depth'][0].flip(-1))
    assert torch.equal(predicted[0].seg_logits.data, straight['seg'][0].flip(-1))


def test_sliding_windows_agree_with_the_whole_image():
    head = dict(SEG_HEAD, num_convs=0, channels=8)
    settings = dict(
        backbone=dict(type=PixelwiseBackbone),
        neck=None,
        decode_head=dict(seg=head, depth=dict(DEPTH_HEAD, num_convs=0)),
    )
    whole = build(**settings).eval()
    slide = build(**settings, test_cfg=dict(mode='slide', crop_size=(7, 10), stride=(5, 7))).eval()
    slide.load_state_dict(whole.state_dict())
    with torch.no_grad():
        for a, b in zip(whole(IMAGES, mode='predict'), slide(IMAGES, mode='predict'), strict=True):
            torch.testing.assert_close(a.seg_logits.data, b.seg_logits.data)
            torch.testing.assert_close(a.pred_depth_map.data, b.pred_depth_map.data)


def test_windows_are_averaged_where_they_overlap():
    model = build(test_cfg=dict(mode='slide', crop_size=(16, 16), stride=(16, 8))).eval()
    with torch.no_grad():
        predicted = model(IMAGES, mode='predict')[0].pred_depth_map.data
        left, right = (model(IMAGES[..., x : x + 16])['depth'][0] for x in (0, 8))
    torch.testing.assert_close(predicted[..., :8], left[..., :8])
    torch.testing.assert_close(predicted[..., 8:16], (left[..., 8:] + right[..., :8]) / 2)
    torch.testing.assert_close(predicted[..., 16:], right[..., 8:])
