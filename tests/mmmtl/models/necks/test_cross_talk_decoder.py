import pytest
import torch

from mmmtl.models.necks import CrossTalkDecoder
from tests.utils.plain.mtunet import plain_decoders
from tests.utils.pyramids import TASKS, assert_agrees, pyramid
from tests.utils.random_weights import randomise

CHANNELS = (6, 8, 10)
SIZES = ((13, 19), (7, 10), (4, 5), (2, 3), (2, 2))
FIVE = (4, 6, 8, 10, 12)


@pytest.mark.parametrize('training', [False, True])
@pytest.mark.parametrize('count', [1, 3])
def test_independent_decoders_agree_with_plain_torch(count, training):
    tasks = TASKS[:count]
    assert_agrees(
        CrossTalkDecoder(tasks, CHANNELS, cross_talk=False),
        lambda features, layers: plain_decoders(features, layers, tasks, cross_talk=False),
        training,
    )


def test_only_the_third_block_reads_the_other_tasks():
    decoder = CrossTalkDecoder(TASKS, FIVE).eval()
    randomise(decoder)
    features = pyramid(FIVE, SIZES)
    with torch.no_grad():
        before = decoder(features)
        for parameter in decoder.decoders['seg'][1].parameters():
            parameter.mul_(1.5)
        after = decoder(features)
    assert list(before) == list(TASKS)
    changed = {
        task: [not torch.equal(a, b) for a, b in zip(before[task], after[task], strict=True)]
        for task in TASKS
    }
    # Block 2 of seg has changed: blocks 3 and 4 of every task see it.
    assert changed == dict(
        seg=[False, True, True, True],
        depth=[False, False, True, True],
        normal=[False, False, True, True],
    )


def test_the_other_tasks_come_in_their_order_behind_the_own_features():
    decoder = CrossTalkDecoder(TASKS, FIVE).eval()
    randomise(decoder)
    conv = decoder.decoders['depth'][2].first[0]
    assert conv.in_channels == 6 + 3 * 8  # the encoder block, and three decoders' blocks
    seen = []
    conv.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    with torch.no_grad():
        outputs = decoder(pyramid(FIVE, SIZES))
    size = SIZES[1]
    for task, part in zip(('depth', 'seg', 'normal'), seen[0][:, 6:].split(8, dim=1), strict=True):
        resized = torch.nn.functional.interpolate(outputs[task][1], size, mode='bilinear')
        torch.testing.assert_close(part, resized)


def test_the_outputs_grow_from_the_deepest_to_the_finest():
    outputs = CrossTalkDecoder(('seg',), FIVE)(pyramid(FIVE, SIZES))
    assert [tuple(x.shape[1:]) for x in outputs['seg']] == [
        (width, *size) for width, size in zip(FIVE[3::-1], SIZES[3::-1], strict=True)
    ]


def test_wrong_settings_are_named():
    with pytest.raises(ValueError, match=r'in_channels: .*at least 4 .* found \[8, 8, 8\]'):
        CrossTalkDecoder(['seg'], in_channels=(8, 8, 8))
    with pytest.raises(ValueError, match=r'in_channels: .*at least 2 .* found \[8\]'):
        CrossTalkDecoder(['seg'], in_channels=(8,), cross_talk=False)
    with pytest.raises(ValueError, match=r'expected \[8, 8\], found feature maps with \[8, 8, 8\]'):
        CrossTalkDecoder(['seg'], (8, 8), cross_talk=False)([torch.rand(1, 8, 4, 4)] * 3)
