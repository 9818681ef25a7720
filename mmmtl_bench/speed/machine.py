"""What a measurement was made on."""

from __future__ import annotations

import platform
from pathlib import Path

import torch


def describe_machine(device: str) -> dict[str, str | int]:
    """Names what a measurement depends on.

    Args:
        device: Where it runs, such as ``'cpu'`` or ``'cuda:0'``.

    Returns:
        ``device``, the model of the processor or GPU; ``threads`` of torch on the CPU;
        ``instructions``, the widest that torch uses there; ``torch``, its version.
    """
    if torch.device(device).type == 'cpu':
        return {
            'device': cpu_name(),
            'threads': torch.get_num_threads(),
            'instructions': torch.backends.cpu.get_cpu_capability(),
            'torch': torch.__version__,
        }
    return {'device': torch.cuda.get_device_name(device), 'torch': torch.__version__}


def cpu_name() -> str:
    """Gives the model of the processor, as far as the system tells."""
    info = Path('/proc/cpuinfo')
    lines = info.read_text(encoding='utf-8').splitlines() if info.is_file() else []
    names = [line.split(':', 1)[1].strip() for line in lines if line.startswith('model name')]
    return names[0] if names else platform.processor() or platform.machine()
