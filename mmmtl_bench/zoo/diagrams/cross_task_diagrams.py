"""Pictures of the networks whose tasks exchange features behind a shared backbone."""

from __future__ import annotations

from collections.abc import Sequence

from mmmtl_bench.zoo.diagrams.parts import Block, Diagram, Link, Mark, lanes_of
from mmmtl_bench.zoo.diagrams.shapes import Network
from mmmtl_bench.zoo.diagrams.stage_diagrams import stages

_LANE = 0.8
_ABOVE, _APART = 0.48, 0.11


def describe_cross_talk(network: Network) -> Diagram:
    """Describes MT-UNet: decoders with attention, of which one block reads the other tasks'.

    Args:
        network: The network, with cross-talk.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    count = network.count('backbone.blocks.{}')
    encoder = [*(f'backbone.blocks.{index}' for index in range(count)), 'backbone.bottleneck']
    diagram.row(encoder, 1, 0, diagram.owner)
    diagram.chain([diagram.image(), encoder[0]], diagram.owner)
    lanes = lanes_of(network.tasks, _LANE, low=_LANE)
    for task, lane in lanes.items():
        own = [f'neck.decoders.{task}.{index}' for index in range(count)]
        for index, name in enumerate(own):
            diagram.blocks.append(
                Block(name, len(encoder) + 1 + index, lane, task, name, masked=True)
            )
        diagram.links.append(Link(encoder[-1], own[0], diagram.owner))
        diagram.chain(own[:2], task)
        diagram.chain([own[1], 'talk', own[2]], task)
        diagram.chain(own[2:], task)
        _lead(diagram, encoder[-2::-1], own, lane)
        diagram.head(own[-1], task, 2 * count + 2, lane)
    _exchange(diagram, 'talk', count + 3.5, lanes)
    return diagram


def describe_streams(network: Network) -> Diagram:
    """Describes decoder streams of the tasks that are mixed after each scale.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = _backbone(diagram, network)
    lanes = lanes_of(network.tasks, _LANE, low=_LANE)
    scales = range(len(names))
    for task, lane in lanes.items():
        own = [f'neck.streams.{task}.{scale}' for scale in reversed(scales)]
        for index, name in enumerate(own):
            diagram.blocks.append(Block(name, len(names) + 1 + index, lane, task, name))
            diagram.chain([name, f'unit {index}', *own[index + 1 : index + 2]], task)
        diagram.links.append(Link(names[-1], own[0]))
        _lead(diagram, names[-2::-1], own[1:], lane)
        diagram.head(f'unit {len(names) - 1}', task, 2 * len(names) + 1.2, lane)
    for index in scales:
        _exchange(diagram, f'unit {index}', len(names) + 1.5 + index, lanes)
    return diagram


def describe_distillation(network: Network) -> Diagram:
    """Describes PAD-Net: initial predictions, and distillation between them.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = _backbone(diagram, network)
    joined = 'neck.shared'
    column = len(names) + 1
    diagram.blocks.append(Block(joined, column, 0, None, joined))
    diagram.chain([names[-1], joined])
    diagram.links += [Link(name, joined, rail=0.55) for name in names[:-1]]
    lanes = lanes_of(network.tasks, _LANE, low=_LANE)
    for task, lane in lanes.items():
        first, distilled = f'neck.initial.{task}', f'neck.distillation.messages.{task}'
        diagram.blocks += [
            Block(first, column + 1, lane, task, first),
            Block(distilled, column + 3, lane, task, distilled),
        ]
        diagram.links.append(Link(joined, first))
        diagram.chain([first, 'distil', distilled], task)
        diagram.head(first, task, column + 1, lane + (0.75 if lane > 0 else -0.75), initial=True)
        diagram.head(distilled, task, column + 4, lane)
    _exchange(diagram, 'distil', column + 2, lanes)
    return diagram


def describe_scales(network: Network) -> Diagram:
    """Describes MTI-Net: initial predictions and distillation at each scale.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = _backbone(diagram, network)
    lanes = lanes_of(network.tasks, _LANE, low=_LANE)
    start, step = len(names) + 1, 1.5
    scales = list(reversed(range(len(names))))
    for task, lane in lanes.items():
        side = 1 if lane > 0 else -1
        own = [f'neck.initial.{scale}.{task}' for scale in scales]
        ends = [f'neck.distillation.{scale}.messages.{task}' for scale in scales]
        for index, name in enumerate(own):
            unit = f'unit {index}'
            diagram.blocks.append(Block(name, start + step * index, lane, task, name))
            diagram.chain([name, unit, *own[index + 1 : index + 2]], task)
            place, end = start + step * index + 0.75, ends[index]
            diagram.blocks.append(Block(end, place, lane + side * 1.15, task, end))
            diagram.links.append(Link(unit, end, task))
        head = diagram.head(ends[-1], task, start + step * len(names) + 0.1, lane + side * 1.15)
        diagram.links += [Link(end, head, task, lane + side * 1.65) for end in ends[:-1]]
        diagram.links.append(Link(names[-1], own[0]))
        _lead(diagram, names[-2::-1], own[1:], lane, above=0.42, apart=0.08)
    for index in range(len(names)):
        _exchange(diagram, f'unit {index}', start + step * index + 0.75, lanes)
    return diagram


def describe_transformer(network: Network) -> Diagram:
    """Describes InvPT: attention over all positions of all tasks at growing resolution.

    Args:
        network: The network.

    Returns:
        The picture.
    """
    diagram = Diagram(network.tasks)
    names = _backbone(diagram, network)
    lanes = lanes_of(network.tasks, 0.62, low=0.31)
    low = min(lanes.values())
    count = network.count('neck.stages.{}.upward.0')
    column = len(names) + 1
    for index, (task, lane) in enumerate(lanes.items()):
        first = f'neck.preliminary.{task}'
        diagram.blocks.append(Block(first, column, lane, task, first))
        diagram.links.append(Link(names[-1], first))
        own = [f'neck.stages.{stage}.upward.{index}' for stage in range(count)]
        for stage, name in enumerate(own):
            diagram.blocks.append(Block(name, column + 1 + stage, lane, task, name))
            diagram.chain([name, f'stage {stage}', *own[stage + 1 : stage + 2]], task)
        diagram.chain([first, own[0]], task)
        last = column + count + 1.2
        aggregated = f'neck.aggregation.{task}'
        if aggregated in network.shapes:
            diagram.blocks.append(Block(aggregated, last, lane, task, aggregated))
            diagram.chain([f'stage {count - 1}', aggregated], task)
            diagram.head(aggregated, task, last + 1, lane)
        else:
            diagram.head(f'stage {count - 1}', task, last, lane)
    for stage in range(count):
        _exchange(diagram, f'stage {stage}', column + 1.5 + stage, lanes)
    read = range(count - len(names) + 1, count)
    for rank, stage in enumerate(read):
        source = names[len(names) - 2 - rank]
        rail = low - _ABOVE - _APART * rank
        diagram.links.append(Link(source, f'stage {stage}', rail=rail))
    return diagram


def _backbone(diagram: Diagram, network: Network) -> list[str]:
    """Adds image and stages."""
    names = diagram.row(stages(network), 1, 0)
    diagram.chain([diagram.image(), names[0]])
    return names


def _exchange(diagram: Diagram, name: str, column: float, lanes: dict[str, float]) -> None:
    top, low = max(lanes.values()), min(lanes.values())
    diagram.marks.append(Mark(name, column, low, reach=top - low))


def _lead(
    diagram: Diagram,
    sources: Sequence[str],
    targets: Sequence[str],
    lane: float,
    above: float = _ABOVE,
    apart: float = _APART,
) -> None:
    """Leads maps of the backbone around to what reads them, the nearest inside."""
    for rank, (source, target) in enumerate(zip(sources, targets, strict=True)):
        away = above + apart * rank
        rail = lane + away if lane > 0 else lane - away
        diagram.links.append(Link(source, target, diagram.owner, rail))
