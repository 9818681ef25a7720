"""How much memory the activations of a training step take: what is kept for the backward pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch import Tensor

from mmmtl.models.segmentors import MultiTaskSegmentor
from mmmtl.models.segmentors.head_losses import head_sample


def saved_bytes(run: Callable[[], object], without: Iterable[Tensor] = ()) -> int:
    """Counts what autograd keeps from a forward pass for the backward pass.

    Each piece of memory counts once, however many operations keep it or a view of it. On the meta
    device nothing is computed and no memory is taken.

    Args:
        run: Computes a loss; what it returns is kept until the count is done.
        without: Tensors that are there anyway, such as the parameters. Defaults to none.

    Returns:
        Bytes.
    """
    there = {tensor.untyped_storage()._cdata for tensor in without}
    kept: dict[int, torch.UntypedStorage] = {}  # held, so that no address is used twice

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in there:
            kept[storage._cdata] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = run()
    found = sum(storage.nbytes() for storage in kept.values())
    del result
    return found


def activation_bytes(
    model: MultiTaskSegmentor, size: tuple[int, int], images: int = 2
) -> tuple[int, int]:
    """Counts what a training step keeps for its backward pass, by image.

    The step is made on the meta device, where the model is left: nothing is computed, at any size.

    Args:
        model: The segmentor.
        size: Height and width of the images.
        images: Images of a batch. Defaults to 2.

    Returns:
        Bytes an image of the network, backbone, neck and heads, and of network and losses.
    """
    model.to('meta').train()
    batch = torch.empty(images, 3, *size, device='meta')
    samples = [_sample(model, size) for _ in range(images)]
    given = [*model.parameters(), *model.buffers()]

    def network() -> dict[str, Any]:
        features = model.extract_feat(batch)
        return {task: head.forward(features[task]) for task, head in model.decode_head.items()}

    def step() -> list[Any]:
        return [
            model.decode_head[task].loss_by_feat(
                output, [head_sample(model.tasks[task], sample) for sample in samples]
            )
            for task, output in network().items()
        ]

    return saved_bytes(network, given) // images, saved_bytes(step, given) // images


def _sample(model: MultiTaskSegmentor, size: tuple[int, int]) -> SegDataSample:
    """A sample with a label of each task, without values."""
    sample = SegDataSample()
    for task in model.tasks.values():
        shape = (task.channels, *(size if task.is_dense else (1, 1)))
        kind = torch.int64 if task.holds_ids else torch.float32
        sample.set_data({task.gt_field: PixelData(data=torch.empty(shape, dtype=kind).to('meta'))})
    return sample
