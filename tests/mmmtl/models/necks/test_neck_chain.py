import pytest
import torch

from mmmtl.models.necks import NeckChain

PYRAMID = dict(type='SimpleFeaturePyramid', in_channels=8, out_channels=4)
MAP = torch.randn(2, 8, 4, 6, generator=torch.Generator().manual_seed(0))
TASK_NECKS = dict(
    StageAttentionNeck=dict(in_channels=[4] * 4),
    PADNetNeck=dict(in_channels=[4] * 4, channels=4),
    MTINetNeck=dict(in_channels=[4] * 4),
    InvPTNeck=dict(in_channels=[4] * 4, channels=8),
)


@pytest.mark.parametrize('kind', TASK_NECKS)
def test_task_necks_work_on_a_map_of_one_stride(kind):
    chain = NeckChain(['seg', 'depth'], [PYRAMID, dict(type=kind, **TASK_NECKS[kind])])
    chain.init_weights()
    outputs = chain((MAP,))
    assert list(outputs) == ['seg', 'depth']
    assert outputs['seg'][0].shape[2:] == (16, 24)
    sum(x.sum() for maps in outputs.values() for x in maps).backward()
    assert all(parameter.grad is not None for parameter in chain.parameters())


def test_each_neck_reads_what_the_one_before_gives():
    chain = NeckChain(['seg'], [PYRAMID, dict(type='StageAttentionNeck', in_channels=[4] * 4)])
    chain.eval()
    first, last = chain.necks
    expected = last(first((MAP,)))['seg']
    assert all(torch.equal(a, b) for a, b in zip(chain((MAP,))['seg'], expected, strict=True))


def test_tasks_that_are_not_asked_for_are_left_out():
    attention = dict(type='StageAttentionNeck', in_channels=[4] * 4)
    chain = NeckChain(['seg', 'depth'], [PYRAMID, attention])
    assert chain.leaves_out_tasks
    assert list(chain((MAP,), ['depth'])) == ['depth']
    streams = dict(type='TaskStreamsNeck', in_channels=[4] * 4, channels=4)
    assert not NeckChain(['seg'], [PYRAMID, streams]).leaves_out_tasks


def test_a_chain_without_a_task_neck_gives_maps():
    assert len(NeckChain(['seg'], [PYRAMID])((MAP,))) == 4


def test_mistakes_are_told():
    with pytest.raises(ValueError, match=r'^necks: expected configs of necks, found none'):
        NeckChain(['seg'], [])
    with pytest.raises(ValueError, match=r'^necks\.1\.type: .*SimpleFeaturePyramid'):
        NeckChain(['seg'], [PYRAMID, dict(type='SimpleFeaturePyramd')])
