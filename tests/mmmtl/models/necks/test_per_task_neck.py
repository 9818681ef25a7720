import pytest
import torch

from mmmtl.models.backbones import MTANResNet
from mmmtl.models.necks import PerTaskNeck

CHANNELS = (4, 8, 16, 32)
IMAGE = torch.rand(2, 3, 64, 96, generator=torch.Generator().manual_seed(1))


def test_each_task_has_a_neck_of_its_own():
    fpn = dict(type='FPN', in_channels=[4, 8], out_channels=3, num_outs=2)
    neck = PerTaskNeck(['seg', 'depth'], fpn)
    neck.init_weights()
    features = (torch.rand(1, 4, 8, 8), torch.rand(1, 8, 4, 4))
    outputs = neck(features)
    assert not torch.equal(outputs['seg'][0], outputs['depth'][0])
    for task, levels in outputs.items():
        assert torch.equal(neck.necks[task](features)[0], levels[0])
    outputs['seg'][0].sum().backward()
    assert all(p.grad is None for p in neck.necks['depth'].parameters())


def test_the_attention_before_the_necks_gets_their_tasks():
    neck = PerTaskNeck(
        ['depth', 'seg'],
        dict(type='ASPPNeck', in_channels=32, channels=4, dilations=(1, 2)),
        attention=dict(type='MTANResNetNeck', in_channels=CHANNELS, depth=18),
    )
    assert neck.attention.tasks == ('depth', 'seg')
    features = MTANResNet(18, base_channels=4, stem_channels=8)(IMAGE)
    attended = neck.attention.eval()(features)
    outputs = neck.eval()(features)
    for task in ('depth', 'seg'):
        assert torch.equal(outputs[task][-1], neck.necks[task](attended[task])[-1])
        assert torch.equal(outputs[task][0], attended[task][0])


def test_without_attention_every_neck_reads_what_the_backbone_gives():
    neck = PerTaskNeck(['depth', 'seg'], dict(type='ASPPNeck', in_channels=4, channels=2))
    assert neck.tasks == ('depth', 'seg')
    assert neck.attention is None
    given = []
    for part in neck.necks.values():
        part.register_forward_pre_hook(lambda _, inputs: given.append(inputs[0]))
    features = (torch.rand(2, 4, 8, 8),)
    assert list(neck(features)) == ['depth', 'seg']
    assert given[0] is given[1] is features


def test_the_tasks_of_the_attention_are_filled_in_whatever_its_config_says():
    attention = dict(type='StageAttentionNeck', in_channels=[4], tasks=['normal'])
    aspp = dict(type='ASPPNeck', in_channels=4, channels=2)
    assert PerTaskNeck(['seg'], aspp, attention).attention.tasks == ('seg',)
    assert attention['tasks'] == ['normal']  # the config is not changed


def test_any_tasks_will_do_and_equal_ones_are_named():
    assert PerTaskNeck(['parts'], dict(type='ASPPNeck', in_channels=4)).tasks == ('parts',)
    with pytest.raises(ValueError, match=r"^tasks: .* different names, found \['seg', 'seg'\]"):
        PerTaskNeck(['seg', 'seg'], dict(type='ASPPNeck', in_channels=4))
