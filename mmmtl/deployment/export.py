from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mmengine.logging import print_log
from torch.export import ExportedProgram

from mmmtl.deployment.check import ExportCheck, check_export
from mmmtl.deployment.description import describe_network
from mmmtl.deployment.exported import ExportedNetwork
from mmmtl.deployment.network import DeployedNetwork, check_reads_colors
from mmmtl.deployment.shapes import checked_shapes, require_shapes
from mmmtl.deployment.tracing import DynamicAxes, trace_network


class FileFormat(Protocol):
    """A kind of file, such as :class:`OnnxFormat` and :class:`ProgramFormat`."""

    name: str

    def write(
        self, program: ExportedProgram, tasks: Sequence[str], description: Mapping[str, str]
    ) -> bytes:
        """Makes the content of a file."""

    def load(self, content: bytes) -> ExportedNetwork:
        """Reads a file's content."""


@dataclass(frozen=True)
class Export:
    """An exported network.

    Args:
        content: Content of the file.
        axes: What of the input's shape may differ.
        check: How it compares with the network.
    """

    content: bytes
    axes: DynamicAxes
    check: ExportCheck


def export_network(
    network: DeployedNetwork,
    file_format: FileFormat,
    size: tuple[int, int],
    metainfo: Mapping[str, Any],
    axes: DynamicAxes | None = None,
    tolerance: float = 1e-4,
) -> Export:
    """Exports a network, and checks the content of the file against the network.

    The check runs at the size, and where they may differ with a batch of 2 and at a larger, odd
    size; before it, the graph has to take other shapes (:func:`require_shapes`).

    Args:
        network: The network, on the CPU.
        file_format: The kind of file.
        size: Height and width at which the network is meant to see images.
        metainfo: Meta information of the data set, as far as known; it completes the tasks
            (:func:`mmmtl.tasks.complete_tasks`).
        axes: What of the input's shape may differ. Defaults to as much as works: batch, height and
            width, or the batch alone, or nothing; a line in the log says why not more.
        tolerance: How much outputs may differ, see :func:`check_export`. Defaults to 1e-4.

    Returns:
        The exported network.

    Raises:
        ValueError: If the network is for images of other than three channels, cannot be exported
            with these axes, or the exported one computes something else.
    """
    check_reads_colors(network, size)
    *choices, last = tuple(DynamicAxes) if axes is None else (axes,)
    for choice in choices:
        try:
            return _export(network, file_format, size, metainfo, choice, tolerance)
        except Exception as error:  # exporters raise errors of all kinds
            message = f'not {", ".join(choice.value)} dynamic: {_first_line(error)}'
            print_log(f'{file_format.name}: {message}', logger='current', level=logging.WARNING)
    try:
        return _export(network, file_format, size, metainfo, last, tolerance)
    except Exception as error:
        raise ValueError(
            f'The network cannot be exported for {file_format.name}: {_first_line(error)}'
        ) from error


def _export(
    network: DeployedNetwork,
    file_format: FileFormat,
    size: tuple[int, int],
    metainfo: Mapping[str, Any],
    axes: DynamicAxes,
    tolerance: float,
) -> Export:
    program = trace_network(network, size, axes)
    require_shapes(program, network.dtype, size, axes)
    description = describe_network(network, metainfo, size, axes)
    content = file_format.write(program, list(network.segmentor.tasks), description)
    exported, shapes = file_format.load(content), checked_shapes(size, axes)
    check = check_export(network, program, exported, shapes, tolerance)
    return Export(content, axes, check)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
