import pytest
import torch

from mmmtl.models.segmentors.inference import checked_test_cfg, slide_windows


def test_the_whole_image_is_the_default():
    assert checked_test_cfg(None).mode == 'whole'
    assert checked_test_cfg({}).mode == 'whole'


def test_other_keys_are_kept_and_keys_are_attributes():
    given = dict(mode='slide', crop_size=(4, 6), stride=(2, 3), subdivision_steps=2)
    checked = checked_test_cfg(given)
    assert dict(checked) == {**given, 'dtype': 'float32'}
    assert checked.subdivision_steps == 2
    assert checked.crop_size == (4, 6)
    assert checked is not given
    assert given == dict(mode='slide', crop_size=(4, 6), stride=(2, 3), subdivision_steps=2)


@pytest.mark.parametrize(
    ('test_cfg', 'message'),
    [
        (
            dict(mode='tiles'),
            "test_cfg.mode: expected one of ('whole', 'slide'), found 'tiles'.",
        ),
        (
            dict(mode='slide'),
            "test_cfg: mode \"slide\" needs ['crop_size', 'stride'], pairs of (height, width).",
        ),
        (
            dict(mode='slide', crop_size=(4, 4)),
            'test_cfg: mode "slide" needs [\'stride\'], pairs of (height, width).',
        ),
        (
            dict(mode='slide', crop_size=8, stride=(4, 4)),
            'test_cfg.crop_size: expected (height, width), two whole numbers from 1, found 8.',
        ),
        (
            dict(mode='slide', crop_size=(8, 8), stride=(4, 0)),
            'test_cfg.stride: expected (height, width), two whole numbers from 1, found (4, 0).',
        ),
        (
            dict(mode='slide', crop_size=[8, 8], stride=[4, 9]),
            'test_cfg.stride: expected at most crop_size, (8, 8), found (4, 9), which leaves '
            'pixels between the windows without a prediction.',
        ),
    ],
)
def test_wrong_settings_are_named(test_cfg, message):
    with pytest.raises(ValueError, match='test_cfg') as raised:
        checked_test_cfg(test_cfg)
    assert str(raised.value) == message


def windows_of(size, crop_size, stride):
    """Upper left corner and size of each window that the network is run on."""
    inputs = torch.arange(float(size[0] * size[1])).view(1, 1, *size)
    seen = []

    def run(window):
        first = int(window[0, 0, 0, 0])
        seen.append((divmod(first, size[1]), tuple(window.shape[2:])))
        return dict(depth=window)

    outputs = slide_windows(run, inputs, crop_size, stride)
    assert torch.equal(outputs['depth'], inputs)  # each pixel where it was, and once in the mean
    return seen


@pytest.mark.parametrize(
    ('size', 'crop_size', 'stride', 'corners'),
    [
        ((4, 6), (4, 6), (2, 3), [(0, 0)]),
        ((4, 9), (4, 3), (4, 3), [(0, 0), (0, 3), (0, 6)]),
        ((4, 8), (4, 3), (4, 3), [(0, 0), (0, 3), (0, 5)]),  # moved back inside
        ((5, 6), (4, 4), (2, 2), [(0, 0), (0, 2), (1, 0), (1, 2)]),
        ((7, 4), (3, 4), (2, 4), [(0, 0), (2, 0), (4, 0)]),
    ],
)
def test_windows_cover_the_image_row_by_row(size, crop_size, stride, corners):
    assert windows_of(size, crop_size, stride) == [(corner, crop_size) for corner in corners]


def test_an_image_smaller_than_a_window_is_named():
    with pytest.raises(ValueError, match='test_cfg') as raised:
        slide_windows(dict, torch.zeros(2, 3, 3, 12), (8, 8), (4, 4), ['a.png', 'b.png'])
    assert str(raised.value) == (
        'a.png, b.png: expected at least the size of test_cfg.crop_size, (8, 8), found (3, 12); '
        'take a smaller one, or pad images with data_preprocessor.test_cfg=dict(size=(8, 8)).'
    )


def test_overlapping_outputs_are_averaged_by_hand():
    numbers = iter([1.0, 2.0, 6.0])

    def run(window):
        return dict(seg=torch.full((1, 2, 1, 3), next(numbers)))

    outputs = slide_windows(run, torch.zeros(1, 3, 1, 5), (1, 3), (1, 1))
    expected = [1, (1 + 2) / 2, (1 + 2 + 6) / 3, (2 + 6) / 2, 6]
    assert outputs['seg'].shape == (1, 2, 1, 5)
    for channel in outputs['seg'][0, :, 0]:
        assert channel.tolist() == pytest.approx(expected)


def test_every_task_has_its_own_channels_and_every_image_its_own_values():
    inputs = torch.rand(2, 3, 6, 7)

    def run(window):
        return dict(seg=torch.cat([window, 2 * window], dim=1), depth=window.sum(1, keepdim=True))

    outputs = slide_windows(run, inputs, (4, 4), (3, 3))
    torch.testing.assert_close(outputs['seg'], torch.cat([inputs, 2 * inputs], dim=1))
    torch.testing.assert_close(outputs['depth'], inputs.sum(1, keepdim=True))


def test_what_is_of_the_whole_image_is_the_mean_of_all_windows():
    image = torch.tensor([[[[1.0, 2.0, 5.0]]]])

    def network(window):
        return dict(map=window, weather=window.amax(dim=(2, 3), keepdim=True))

    found = slide_windows(network, image, (1, 2), (1, 1), of_whole=['weather'])
    assert found['map'].tolist() == image.tolist()
    assert found['weather'].tolist() == [[[[(2 + 5) / 2]]]]
    one = slide_windows(network, image, (1, 3), (1, 1), of_whole=['weather'])
    assert one['weather'].tolist() == [[[[5]]]]
