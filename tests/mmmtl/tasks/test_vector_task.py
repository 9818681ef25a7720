import math

import pytest
import torch

from mmmtl.tasks import VectorTask
from tests.utils.errors import error_of

NAN = float('nan')
ALBEDO = VectorTask(name='albedo', channels=3)
FLOW = VectorTask(name='flow', channels=2, along_image=True, unit='px')


@pytest.mark.parametrize('channels', [1, 0, -3])
def test_one_number_is_no_vector(channels):
    assert error_of(VectorTask, name='albedo', channels=channels) == (
        f'tasks.albedo.channels: expected at least 2 numbers per pixel, found {channels!r}; '
        'one number is a ScalarTask.'
    )


def valid(task, *vectors):
    return task.valid_mask(torch.tensor(vectors).T[:, None])[0, 0].tolist()


def test_which_vectors_count():
    assert valid(FLOW, [0.0, 0.0], [NAN, 0.0], [NAN, NAN]) == [True, False, False]
    marked = VectorTask(name='flow', channels=2, invalid=-1)
    assert valid(marked, [-1.0, -1.0], [-1.0, 0.0], [NAN, -1.0]) == [False, True, False]
    assert VectorTask(name='flow', channels=2, invalid=NAN) == VectorTask(name='flow', channels=2)
    assert math.isnan(FLOW.fill)
    assert marked.fill == -1


def test_flips_of_predictions_by_hand():
    flow = torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]])  # x, y
    assert FLOW.flip(flow, 'horizontal').tolist() == [[[-2, -1]], [[4, 3]]]
    assert FLOW.flip(flow, 'vertical').tolist() == [[[1, 2]], [[-3, -4]]]
    assert FLOW.flip(flow[None], 'diagonal').tolist() == [[[[-2, -1]], [[-4, -3]]]]
    colors = torch.arange(6.0).view(3, 1, 2)
    assert torch.equal(ALBEDO.flip(colors, 'horizontal'), colors[..., [1, 0]])


def test_heads_find_zeros_where_there_is_no_label():
    found = FLOW.head_label(torch.tensor([[[1.0, NAN]], [[2.0, 5.0]]]))
    assert found['gt_map'].tolist() == [[[1, 0]], [[2, 0]]]
    assert found['gt_valid'].tolist() == [[[True, False]]]
    assert FLOW.head_arguments == dict(out_channels=2)


def test_outputs_are_predictions():
    output = torch.randn(3, 2, 3)
    for method in (ALBEDO.decode, ALBEDO.to_mean, ALBEDO.from_mean):
        assert method(output) is output


def test_readers_are_told_the_channels_and_which_number_is_invalid():
    marked = VectorTask(name='flow', channels=2, invalid=-1)
    assert marked.default_reader() == dict(type='VectorReader', channels=2, invalid=-1)
    assert marked.reader_facts == dict(channels=2, invalid=-1)


def test_a_description_says_what_the_numbers_are():
    assert FLOW.describe() == dict(quantity='vector', channels=2, along_image=True, unit='px')
    assert ALBEDO.describe() == dict(quantity='vector', channels=3, along_image=False)
