"""What a network computes when only some of its tasks are asked for."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from mmmtl.models.asked import asked_of
from tests.utils import architectures, small_segmentor
from tests.utils.small_segmentor import DEPTH_HEAD, SEG_HEAD, WIDTHS

IMAGES = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1))

COMPUTED_FOR_OTHERS = {
    'cross-stitch_segnet': ('backbone.streams.',),
    'cross-stitch_r18': ('neck.streams.',),
    'nddr_r18': ('neck.streams.',),
    'padnet_r18': ('neck.initial.',),
    'mtinet_hr18': ('neck.initial.', 'neck.propagation.'),
    'mtunet': ('neck.decoders.',),
    'invpt-full_vit-b': ('neck.preliminary.', 'neck.predictions.', 'neck.tokens.'),
    'invpt_mit-b0': ('neck.preliminary.',),
    'invpt_swin-t': ('neck.preliminary.',),
}
"""Layers of other tasks that a task reads, by network: cross-talk. The others have none. (In the
stages of InvPT, tasks have numbers; all of them are read.)"""

COMPUTED_FOR_NOBODY = {
    'nddr_r18': ('neck.units.0.norms.',),  # the last unit mixes for all tasks
    'invpt_swin-t': ('backbone.model.swin.layernorm',),  # transformers' own
}
"""Layers that nothing reads that is asked for."""


def layers_of(model):
    return {
        name: layer
        for name, layer in model.named_modules()
        if next(layer.parameters(recurse=False), None) is not None
    }


def outputs_and_calls(model, tasks):
    called = set()
    handles = [
        layer.register_forward_hook(lambda *_, name=name: called.add(name))
        for name, layer in layers_of(model).items()
    ]
    metas = [dict(ori_shape=(64, 96), tasks=tuple(tasks))]
    outputs = model.encode_decode(IMAGES, metas)
    for handle in handles:
        handle.remove()
    return outputs, called


def layers_behind(model, output):
    """The layers of which an output is a function, as autograd found them."""
    model.zero_grad()
    output.sum().backward(retain_graph=True)
    layers = layers_of(model).items()
    return {
        name
        for name, layer in layers
        if any(p.grad is not None for p in layer.parameters(recurse=False))
    }


def without(names, places):
    return {name for name in names if not name.startswith(places)}


@pytest.mark.parametrize('name', architectures.ARCHITECTURES)
def test_what_a_task_alone_needs_is_all_that_is_computed(name):
    model = architectures.build(name)
    for parameter in model.parameters():
        parameter.requires_grad_(True)
    model.only_asked = True
    with torch.no_grad():
        whole, _ = outputs_and_calls(model, model.tasks)
    differentiable, _ = outputs_and_calls(model, model.tasks)
    others = set()
    for task in model.tasks:
        with torch.no_grad():
            alone, called = outputs_and_calls(model, [task])
        assert list(alone) == [task]
        assert torch.equal(alone[task], whole[task])
        vain = called - layers_behind(model, differentiable[task])
        assert not without(vain, COMPUTED_FOR_NOBODY.get(name, ()))
        others |= {layer for layer in called if set(layer.split('.')) & (set(model.tasks) - {task})}
    expected = COMPUTED_FOR_OTHERS.get(name, ())
    assert not without(others, expected)
    assert all(any(layer.startswith(place) for layer in others) for place in expected)


def test_decoders_without_cross_talk_are_each_for_itself():
    model = architectures.build('mtunet', cross_talk=False)
    model.only_asked = True
    with torch.no_grad():
        whole, _ = outputs_and_calls(model, model.tasks)
        for task in model.tasks:
            alone, called = outputs_and_calls(model, [task])
            assert torch.equal(alone[task], whole[task])
            others = set(model.tasks) - {task}
            assert not any(others & set(layer.split('.')) for layer in called)


def flops(tasks, asked):
    heads = dict(seg=SEG_HEAD, depth=DEPTH_HEAD, normal=dict(DEPTH_HEAD, type='NormalHead'))
    model = small_segmentor.build(
        neck=dict(type='MTANNeck', widths=WIDTHS),
        decode_head={task: heads[task] for task in tasks},
        only_asked=True,
    ).eval()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.encode_decode(IMAGES, [dict(ori_shape=(64, 96), tasks=tuple(asked))])
    return counter.get_total_flops()


def test_a_task_of_mtan_costs_what_a_network_for_it_alone_costs():
    three = ('seg', 'depth', 'normal')
    whole = flops(three, three)
    for task in three:
        assert flops(three, [task]) == flops([task], [task])
        assert flops(three, [task]) < 0.7 * whole


def test_the_order_is_the_parts_own():
    assert asked_of(('seg', 'depth'), None) == ('seg', 'depth')
    assert asked_of(('seg', 'depth'), ('depth', 'seg', 'edge')) == ('seg', 'depth')
    assert asked_of(nn.ModuleDict({'seg': nn.Identity(), 'depth': nn.Identity()}), []) == ()
