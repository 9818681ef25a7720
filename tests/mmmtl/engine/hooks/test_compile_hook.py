"""The network makes one graph a part and size of images, without a break."""

from types import SimpleNamespace

import pytest
import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.engine import CompileHook
from mmmtl.engine.network_parts import network_parts
from tests.utils.architectures import BASE_FILES, shrink
from tests.utils.gradient_batches import images_and_labels, segmentor, total_loss

THIRD = dict(normal=dict(type='NormalHead', in_channels=64, channels=64))
NETWORKS = [
    ('mtan_segnet', {}),
    ('mtan_segnet', THIRD),
    ('split_segnet', THIRD),
    ('mtunet', {}),
    ('split_r50-d8_deeplabv3', {}),
]
SIZES = ((32, 64), (64, 64))


class Graphs:
    """A backend that compiles nothing and counts."""

    def __init__(self):
        self.count = 0

    def __call__(self, graph, inputs):
        self.count += 1
        return graph.forward


@pytest.fixture
def graphs():
    torch._dynamo.reset()
    yield Graphs()
    torch._dynamo.reset()


def start(model, **settings):
    hook = CompileHook(**settings)
    runner = SimpleNamespace(model=model)
    hook.before_train(runner)
    return lambda: hook.after_train(runner)


def outputs(model, images):
    features = model.extract_feat(images)
    return {task: head.forward(features[task]) for task, head in model.decode_head.items()}


@pytest.mark.parametrize(('name', 'heads'), NETWORKS)
def test_a_network_is_one_graph_a_part_and_size(name, heads, graphs):
    cfg = Config.fromfile(BASE_FILES / f'{name}.py').model
    cfg.decode_head.update(heads)
    shrink(cfg)
    model = MODELS.build(cfg).train()
    parts = len(list(network_parts(model)))
    end = start(model, backend=graphs, fullgraph=True)  # a break raises
    for number, size in enumerate(SIZES, start=1):
        for _ in range(2):
            outputs(model, torch.rand(2, 3, *size))
        assert graphs.count == parts * number
    assert not torch._dynamo.utils.counters['graph_break']
    end()
    outputs(model, torch.rand(2, 3, 96, 64))
    assert graphs.count == parts * len(SIZES)


@pytest.mark.parametrize('weighting', [dict(type='EqualWeighting'), None])
def test_losses_gradients_and_names_are_those_of_the_plain_network(weighting, graphs):
    found = {}
    for is_compiled in (False, True):
        config = weighting or dict(type='GradientWeighting', method='UPGrad')
        model = segmentor(config).train()
        end = start(model, backend=graphs) if is_compiled else (lambda: None)
        loss = total_loss(model, *images_and_labels(range(2)))
        loss.backward()
        found[is_compiled] = loss, {k: p.grad for k, p in model.named_parameters()}
        assert not any('_orig_mod' in key for key in model.state_dict())
        end()
    assert graphs.count == 5
    torch.testing.assert_close(found[True], found[False])


def test_validation_is_not_compiled(graphs):
    model = segmentor(dict(type='EqualWeighting'))
    end = start(model, backend=graphs)
    outputs(model.eval(), torch.rand(1, 3, 8, 16))
    assert graphs.count == 0
    outputs(model.train(), torch.rand(1, 3, 8, 16))
    assert graphs.count == 5
    end()
    outputs(model, torch.rand(1, 3, 16, 16))
    assert graphs.count == 5
