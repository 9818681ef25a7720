"""What pictures of architectures are described by: blocks, marks and arrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True)
class Block:
    """Layers that compute a map, or the image, or a head."""

    name: str
    """By which arrows know it."""
    column: float
    """Its place from left to right."""
    lane: float
    """Its place from the bottom up."""
    owner: str | None = None
    """The task that it belongs to; None where tasks share it."""
    module: str | None = None
    """The module of the network whose output it is: it says channels, size and what is trained."""
    text: str | None = None
    """What stands in it. Defaults to the channels."""
    span: float = 0
    """How many columns further it reaches."""
    masked: bool = False
    """Whether a mask of attention is inside."""
    frozen: bool | None = None
    """Whether it is not trained. Defaults to what the module says."""
    frame: bool = False
    """Whether it is a frame around the blocks in its place."""


@dataclass(frozen=True)
class Mark:
    """A place where a task attends to shared features, or where tasks exchange theirs."""

    name: str
    column: float
    lane: float
    """That of the lowest task, for an exchange."""
    owner: str | None = None
    """The task that attends; None for an exchange."""
    reach: float = 0
    """How many lanes further up the exchange reaches."""


@dataclass(frozen=True)
class Link:
    """An arrow from one part to another."""

    source: str
    target: str
    owner: str | None = None
    """The task that it belongs to; None where tasks share it."""
    rail: float | None = None
    """The lane that it is led along; None draws a straight line."""
    shared: bool = False
    """Whether layers that tasks share are on the way of the task's features."""


@dataclass
class Diagram:
    """A picture, as far as it does not depend on the sizes of maps."""

    tasks: Sequence[str]
    blocks: list[Block] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def owner(self) -> str | None:
        """Whose is what all tasks read: the only task's, or with several nobody's."""
        return self.tasks[0] if len(self.tasks) == 1 else None

    def row(
        self,
        modules: Sequence[str],
        column: float,
        lane: float,
        owner: str | None = None,
        step: float = 1,
    ) -> list[str]:
        """Adds blocks from left to right, each of which reads the one before.

        Args:
            modules: The modules that the blocks are; these names are theirs too.
            column: That of the first.
            lane: Their lane.
            owner: The task that they belong to. Defaults to none: they are shared.
            step: Columns from one to the next. Defaults to 1.

        Returns:
            Their names.
        """
        for index, module in enumerate(modules):
            self.blocks.append(Block(module, column + step * index, lane, owner, module))
        self.chain(modules, owner)
        return list(modules)

    def chain(self, names: Sequence[str], owner: str | None = None) -> None:
        """Adds arrows from each part to the next.

        Args:
            names: The parts.
            owner: The task that the arrows belong to. Defaults to none.
        """
        self.links += [Link(source, target, owner) for source, target in pairwise(names)]

    def image(self, lane: float = 0) -> str:
        """Adds the image at the left.

        Args:
            lane: Its lane. Defaults to 0.

        Returns:
            Its name.
        """
        self.blocks.append(Block('image', 0, lane, text='image'))
        return 'image'

    def head(
        self,
        source: str,
        task: str,
        column: float,
        lane: float,
        initial: bool = False,
        shared: bool = False,
    ) -> str:
        """Adds a head of a task and the arrow to it.

        Args:
            source: What the head reads.
            task: The task.
            column: Its column.
            lane: Its lane.
            initial: Whether it makes an initial prediction, for training. Defaults to False.
            shared: Whether layers that tasks share are on the way to it. Defaults to False.

        Returns:
            Its name.
        """
        name = f'{"initial " if initial else ""}head of {task}'
        text = f'{task}, first' if initial else task
        self.blocks.append(Block(name, column, lane, task, text=text))
        self.links.append(Link(source, name, task, shared=shared))
        return name


def lanes_of(tasks: Sequence[str], gap: float = 1.0, low: float | None = None) -> dict[str, float]:
    """Spreads tasks over lanes above and below the one in the middle.

    Args:
        tasks: The tasks.
        gap: Distance of the lanes. Defaults to 1.
        low: The lowest distance from the middle. Defaults to none: of an odd number, one task is
            in the middle, and the two of a pair are a gap away from it.

    Returns:
        The lane of each.

    >>> lanes_of(['seg', 'depth'], 0.5), lanes_of(['seg'], low=1)
    ({'seg': 0.5, 'depth': -0.5}, {'seg': 1.0})
    """
    if low is None and len(tasks) % 2:
        middle = len(tasks) // 2
        return {task: gap * (middle - index) for index, task in enumerate(tasks)}
    start = gap if low is None else low
    upper = (len(tasks) + 1) // 2
    above = [start + gap * index for index in reversed(range(upper))]
    below = [-start - gap * index for index in range(len(tasks) - upper)]
    return dict(zip(tasks, [*above, *below], strict=True))
