"""Pictures of the networks that share a backbone's stages and little else."""

from __future__ import annotations

from itertools import pairwise

from mmmtl_bench.zoo.diagrams.parts import Block, Diagram, Link, Mark, lanes_of
from mmmtl_bench.zoo.diagrams.shapes import Network

_LANE = 0.9


def stages(network: Network) -> list[str]:
    """Names the maps that the backbone gives.

    Args:
        network: The network.

    Returns:
        Their names.
    """
    return [f'backbone[{index}]' for index in range(network.count('backbone[{}]'))]


def describe_branches(network: Network) -> Diagram:
    """Describes a shared backbone and a decoder for each task that reads its last map.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = diagram.row(stages(network), 1, 0, diagram.owner)
    diagram.chain([diagram.image(), names[0]], diagram.owner)
    for task, lane in lanes_of(network.tasks, 0.5).items():
        neck = f'neck.necks.{task}'
        diagram.blocks.append(Block(neck, len(names) + 1, lane, task, neck))
        diagram.chain([names[-1], neck], task)
        diagram.head(neck, task, len(names) + 2, lane)
    return diagram


def describe_stage_attention(network: Network) -> Diagram:
    """Describes task attention on the stages of a backbone.

    Args:
        network: The network. A neck for each task may stand between attention and head, or one more
            layer that tasks share; without either, heads read all stages.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = diagram.row(stages(network), 1, 0)
    diagram.chain([diagram.image(), names[0]])
    _attend(diagram, network, names, 1)
    return diagram


def describe_pyramid_attention(network: Network) -> Diagram:
    """Describes task attention on a pyramid, made of the last map of a plain transformer.

    Args:
        network: The network; its first blocks are frozen, the others trained.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    frozen, trained = network.blocks.count(False), network.blocks.count(True)
    levels = [f'neck.necks.0[{index}]' for index in range(network.count('neck.necks.0[{}]'))]
    start = 4
    diagram.blocks += [
        Block('frozen', 1, 0, None, 'backbone', f'ViT, {frozen} blocks', span=1, frozen=True),
        Block('trained', 2.75, 0, None, 'backbone', f'{trained} blocks', span=0.4, frozen=False),
        Block('pyramid', start, 0, span=len(levels) - 1, frame=True),
        *(Block(name, start + index, 0, None, name) for index, name in enumerate(levels)),
    ]
    diagram.chain([diagram.image(), 'frozen', 'trained', 'pyramid'])
    _attend(diagram, network, levels, start)
    return diagram


def describe_frozen(network: Network) -> Diagram:
    """Describes heads that read the last map of a frozen transformer.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    diagram.blocks.append(_transformer(network, 'backbone', 'backbone', 0))
    diagram.chain([diagram.image(), 'backbone'])
    for task, lane in lanes_of(network.tasks, 0.5).items():
        diagram.head('backbone', task, 4, lane)
    return diagram


def describe_reassembled(network: Network) -> Diagram:
    """Describes a DPT for each task on the maps of several blocks of a frozen transformer.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = diagram.row(stages(network), 1, 0)
    last = len(names) + 1
    maps = f'{len(names)} maps'
    diagram.blocks.append(Block(maps, last, 0, text=maps))
    diagram.chain([diagram.image(), names[0]])
    diagram.chain([names[-1], maps])
    diagram.links += [Link(name, maps, rail=0.5) for name in names[:-1]]
    for task, lane in lanes_of(network.tasks, 0.75).items():
        found = (f'decode_head.{task}.decoder.project', f'decode_head.{task}.project')
        module = next(name for name in found if name in network.shapes)
        diagram.blocks.append(Block(module, last + 1, lane, task, module, text='DPT'))
        diagram.links.append(Link(maps, module, task))
        diagram.head(module, task, last + 2, lane)
    return diagram


def describe_adapters(network: Network) -> Diagram:
    """Describes a frozen transformer with an adapter for each task.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    diagram.image()
    for task, lane in lanes_of(network.tasks, 0.6).items():
        model, adapter = f'model of {task}', f'adapter of {task}'
        diagram.blocks.append(_transformer(network, model, f'backbone[{task}]', lane))
        side = 0.55 if lane > 0 else -0.55
        diagram.blocks.append(Block(adapter, 2, lane + side, task, text='LoRA'))
        diagram.links += [Link('image', model, task), Link(adapter, model, task)]
        diagram.head(model, task, 4, lane)
    return diagram


def _attend(diagram: Diagram, network: Network, names: list[str], column: float) -> None:
    """Adds the masks of each task on a row of maps that begins at a column, and what reads them."""
    last = column + len(names)
    for task, lane in lanes_of(network.tasks, low=_LANE).items():
        marks = [f'{task} {name}' for name in names]
        for index, (mark, name) in enumerate(zip(marks, names, strict=True)):
            diagram.marks.append(Mark(mark, column + index, lane, task))
            diagram.links.append(Link(name, mark))
        diagram.links += [
            Link(source, target, task, shared=True) for source, target in pairwise(marks)
        ]
        neck = f'neck.necks.{task}'
        if neck in network.shapes:
            diagram.blocks.append(Block(neck, last, lane, task, neck))
            diagram.chain([marks[-1], neck], task)
            diagram.head(neck, task, last + 1, lane)
        elif f'neck.shared.{len(names) - 1}' in network.shapes:  # a layer behind the last mask
            diagram.head(marks[-1], task, last, lane, shared=True)
        else:
            head = diagram.head(marks[-1], task, last, lane)
            rail = lane + (0.4 if lane > 0 else -0.4)
            diagram.links += [Link(mark, head, task, rail) for mark in marks[:-1]]


def _transformer(network: Network, name: str, module: str, lane: float) -> Block:
    """Gives a plain transformer as one block."""
    shape = network.shapes[module]
    text = f'ViT, {shape.channels} channels at 1/{shape.stride}'
    return Block(name, 1, lane, None, module, text, span=2)
