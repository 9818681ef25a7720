"""Gradient methods on two processes: the weights of one with all images, and training with DDP."""

import functools

import torch
import torch.distributed as dist
from mmseg.registry import MODELS
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint

from mmmtl.models.loss_weighting.gradient.torchjd_methods import GRADIENT_METHODS
from tests.utils.gradient_batches import TASKS, images_and_labels, segmentor
from tests.utils.processes import on_two_processes

GRADNORM = dict(type='GradNorm', lr=0.2)
MGDA = dict(type='GradientWeighting', method='MGDA')
GRADVAC = dict(type='GradientWeighting', method='GradVac')
LABELS = {
    'all': None,
    'some': [('seg', 'depth'), ('seg',), ('seg', 'depth', 'normal'), ('seg', 'normal')],
    'one lacking': [('seg', 'depth'), ('seg',), ('depth',), ('seg', 'depth')],
}


def weights_after_two_steps(config, labels, rank=None):
    """Weights in two steps, on four images or this process's two, and the parameters then."""
    model = segmentor(dict(config))
    network = model if rank is None else DistributedDataParallel(model)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.05)
    indices = range(4) if rank is None else (2 * rank, 2 * rank + 1)
    images, samples = images_and_labels(indices, labels)
    found = []
    for _ in range(2):
        optimizer.zero_grad()
        losses = network(images, samples, mode='loss')
        model.parse_losses(losses)[0].backward()
        optimizer.step()
        found.append(model.loss_weighting.weights.clone())
    return found, [parameter.detach() for parameter in model.parameters()]


CASES = [
    (dict(config, wrt=wrt), labels)
    for config, given in ((GRADNORM, LABELS), (MGDA, LABELS), (GRADVAC, ['some']))
    for wrt in ('parameters', 'features')
    for labels in map(LABELS.get, given)
]


def same_as_one_process(rank, expected):
    for (config, labels), (weights, parameters) in zip(CASES, expected, strict=True):
        found, trained = weights_after_two_steps(config, labels, rank)
        torch.testing.assert_close(found, weights, rtol=1e-5, atol=1e-5, msg=str(config))
        torch.testing.assert_close(trained, parameters, rtol=1e-4, atol=1e-5, msg=str(config))


def test_the_weights_are_those_of_one_process_with_all_images(tmp_path):
    expected = [weights_after_two_steps(*case) for case in CASES]
    assert all(w[0].tolist() != w[1].tolist() for w, _ in expected)
    on_two_processes(functools.partial(same_as_one_process, expected=expected), tmp_path)


ALL = [GRADNORM, *(dict(type='GradientWeighting', method=m) for m in sorted(GRADIENT_METHODS))]


def train_with_ddp(rank):
    model = segmentor(dict(type='EqualWeighting'))
    network = DistributedDataParallel(model)  # find_unused_parameters is False
    state = {name: value.clone() for name, value in model.state_dict().items()}
    images, samples = images_and_labels((2 * rank, 2 * rank + 1))
    for config in ALL:
        for wrt in ('parameters', 'features'):
            model.load_state_dict(state, strict=False)  # the network's part
            model.loss_weighting = MODELS.build(dict(config, wrt=wrt, tasks=TASKS))
            optimizer = torch.optim.SGD(model.backbone.parameters(), lr=0.02)
            for _ in range(2):
                model.zero_grad()
                losses = network(images, samples, mode='loss')
                model.parse_losses(losses)[0].backward()
                optimizer.step()
            assert model.loss_weighting.kept == 0
            trained = torch.cat([p.detach().flatten() for p in model.backbone.parameters()])
            weights = model.loss_weighting.weights.detach()
            for value in (trained, weights):
                both = [torch.empty_like(value) for _ in range(2)]
                dist.all_gather(both, value)
                assert torch.equal(*both), (config, wrt)


def test_every_method_trains_and_the_processes_agree(tmp_path):
    on_two_processes(train_with_ddp, tmp_path)


def accumulate(rank):
    """Two batches in one step, and activations that are computed again, under DDP and bfloat16."""
    model = segmentor(MGDA)
    block = model.backbone.encoder[0]
    forward = block.others.forward
    block.others.forward = lambda x: checkpoint(forward, x, use_reentrant=False)
    network = DistributedDataParallel(model)
    images, samples = images_and_labels((2 * rank, 2 * rank + 1))
    with torch.autocast('cpu', dtype=torch.bfloat16):
        with network.no_sync():
            model.parse_losses(network(images[:1], samples[:1], mode='loss'))[0].backward()
        model.parse_losses(network(images[1:], samples[1:], mode='loss'))[0].backward()
    assert model.loss_weighting.iterations == 2
    gradient = torch.cat([p.grad.flatten() for p in model.parameters() if p.requires_grad])
    both = [torch.empty_like(gradient) for _ in range(2)]
    dist.all_gather(both, gradient)
    assert torch.equal(*both)


def test_accumulation_mixed_precision_and_checkpoints_of_activations(tmp_path):
    on_two_processes(accumulate, tmp_path)
