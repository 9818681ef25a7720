"""Pictures of the networks that are made of SegNets."""

from __future__ import annotations

from itertools import pairwise

from mmmtl_bench.zoo.diagrams.parts import Block, Diagram, Link, Mark, lanes_of
from mmmtl_bench.zoo.diagrams.shapes import Network


def blocks_of(network: Network, encoder: str, decoder: str) -> list[str]:
    """Names the blocks of a SegNet.

    Args:
        network: The network.
        encoder: Name of the encoder's blocks, with ``{}`` for their index.
        decoder: That of the decoder's.

    Returns:
        Those of the encoder, then those of the decoder.
    """
    return [
        pattern.format(index)
        for pattern in (encoder, decoder)
        for index in range(network.count(pattern))
    ]


def describe_segnet(network: Network) -> Diagram:
    """Describes a SegNet whose last features the heads read: of one task, or the split.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = blocks_of(network, 'backbone.encoder.{}', 'backbone.decoder.{}')
    diagram.row(names, 1, 0, diagram.owner)
    diagram.chain([diagram.image(), names[0]], diagram.owner)
    for task, lane in lanes_of(network.tasks, 0.5).items():
        diagram.head(names[-1], task, len(names) + 1, lane)
    return diagram


def describe_attention(network: Network) -> Diagram:
    """Describes task attention on each block of a shared SegNet, in the paper's or preprint's form.

    Args:
        network: The network; with one task it is STAN.

    Returns:
        The picture; layers that all tasks share between the masks are in it where there are such.
    """
    diagram = Diagram(network.tasks)
    names = blocks_of(network, 'backbone.encoder.{}', 'backbone.decoder.{}')
    diagram.row(names, 1, 0, diagram.owner)
    diagram.chain([diagram.image(), names[0]], diagram.owner)
    shared = 'neck.encoder_shared.0' in network.shapes and len(network.tasks) > 1
    for task, lane in lanes_of(network.tasks, low=1).items():
        marks = _attend(diagram, names, task, lane, shared)
        diagram.head(marks[-1], task, len(names) + 1, lane)
    return diagram


def describe_encoder_attention(network: Network) -> Diagram:
    """Describes attention on a shared encoder and a decoder for each task: MTLBL2.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = [f'backbone.{index}' for index in range(network.count('backbone.{}'))]
    diagram.row(names, 1, 0)
    diagram.chain([diagram.image(), names[0]])
    for task, lane in lanes_of(network.tasks, low=1).items():
        marks = _attend(diagram, names, task, lane, shared=False)
        pattern = f'neck.decoders.{task}.{{}}'
        own = [pattern.format(index) for index in range(network.count(pattern))]
        diagram.row(own, len(names) + 1, lane, task)
        diagram.chain([marks[-1], own[0]], task)
        diagram.head(own[-1], task, len(names) + len(own) + 1, lane)
    return diagram


def describe_dense(network: Network) -> Diagram:
    """Describes a shared SegNet and one for each task that reads it: Dense.

    Args:
        network: The network.

    Returns:
        The picture, without the last block of the shared decoder, which nobody reads.
    """
    shared = blocks_of(network, 'backbone.shared_encoder.{}', 'backbone.shared_decoder.{}')
    return _streams(network, shared, shift=1)


def describe_added(network: Network) -> Diagram:
    """Describes a shared SegNet whose features are added to those of each task: MTLBL1.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    shared = blocks_of(network, 'backbone.shared.encoder.{}', 'backbone.shared.decoder.{}')
    return _streams(network, shared, shift=0)


def describe_stitched(network: Network) -> Diagram:
    """Describes one SegNet for each task, mixed after each block: Cross-Stitch.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    diagram.image()
    lanes = lanes_of(network.tasks, 0.6, low=0.6)
    for task, lane in lanes.items():
        names = _own_blocks(network, task)
        for index, name in enumerate(names):
            diagram.blocks.append(Block(name, 1 + index, lane, task, name))
            if index:
                diagram.chain([names[index - 1], f'unit {index}', name], task)
        diagram.links.append(Link('image', names[0], task))
        diagram.head(names[-1], task, len(names) + 1, lane)
    top, low = max(lanes.values()), min(lanes.values())
    for index in range(1, len(names)):
        diagram.marks.append(Mark(f'unit {index}', 0.5 + index, low, reach=top - low))
    return diagram


def _attend(diagram: Diagram, names: list[str], task: str, lane: float, shared: bool) -> list[str]:
    marks = [f'{task} {name}' for name in names]
    for index, (mark, name) in enumerate(zip(marks, names, strict=True)):
        diagram.marks.append(Mark(mark, 1 + index, lane, task))
        diagram.links.append(Link(name, mark, diagram.owner))
    diagram.links += [
        Link(source, target, task, shared=shared) for source, target in pairwise(marks)
    ]
    return marks


def _own_blocks(network: Network, task: str) -> list[str]:
    prefix = f'backbone.streams.{task}.'
    return blocks_of(network, prefix + 'encoder.{}', prefix + 'decoder.{}')


def _streams(network: Network, shared: list[str], shift: int) -> Diagram:
    diagram = Diagram(network.tasks)
    diagram.row(shared, 1, 0)
    diagram.chain([diagram.image(), shared[0]])
    for task, lane in lanes_of(network.tasks, low=1).items():
        own = diagram.row(_own_blocks(network, task), 1, lane, task)
        diagram.links.append(Link('image', own[0], task))
        diagram.links += [
            Link(source, target) for source, target in zip(shared, own[shift:], strict=True)
        ]
        diagram.head(own[-1], task, len(own) + 1, lane)
    return diagram
