"""Facts and costs of many configs, kept in a file so that a measurement can go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mmmtl.apis.launch import load_config
from mmmtl.files import write_atomically
from mmmtl_bench.speed.machine import describe_machine
from mmmtl_bench.zoo.bare_network import network_key
from mmmtl_bench.zoo.config_facts import config_facts
from mmmtl_bench.zoo.image_size import training_size
from mmmtl_bench.zoo.model_index import read_index
from mmmtl_bench.zoo.network_costs import count_costs, needed_bytes, time_network


class Choices(NamedTuple):
    """How configs are measured."""

    size: tuple[int, int] = (128, 256)
    """Height and width of images that the config leaves at their own size."""
    rounds: int = 3
    """How often a step is timed; 0 times nothing."""
    slow: float = 60.0
    """Seconds; a training step that is expected to take longer is made once."""
    limit_bytes: float = float('inf')
    """Networks that need more memory in a training step are not timed."""


def measure_configs(
    paths: Sequence[Path],
    file: Path,
    choices: Choices = Choices(),  # noqa: B008  (it cannot change)
    resume: bool = False,
    on_config: Callable[[str], object] = lambda name: None,
) -> dict[str, Any]:
    """Measures configs; networks that several have, only once.

    The cheapest networks are timed first. The file is written after each config, and is whole at
    any time.

    Args:
        paths: The configs.
        file: JSON file with all that was found.
        choices: How they are measured.
        resume: Whether what the file has already is taken from there. Defaults to False.
        on_config: Called with the name of each config that is done. Defaults to nothing.

    Returns:
        The content of the file: ``machine``; ``networks``, costs by key; and ``configs`` by name of
        the file, with the facts, ``size`` and the key of the ``network``.

    Raises:
        ValueError: If two configs have one name, or if times would be of two machines.
        FileNotFoundError: If there is no such config.
    """
    names = [path.name for path in paths]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f'configs: expected different names of files, found {sorted(twice)} twice')
    found: dict[str, Any] = dict(machine=describe_machine('cpu'), networks={}, configs={})
    if resume and file.is_file():
        stored = json.loads(file.read_text(encoding='utf-8'))
        timed = any('timed' in costs for costs in stored['networks'].values())
        if timed and choices.rounds and stored['machine'] != found['machine']:
            raise ValueError(
                f'{file}: its times are of another machine, {stored["machine"]}; '
                f'here it is {found["machine"]}. Without --resume all are measured anew.'
            )
        found.update(networks=stored['networks'])
        if timed:
            found.update(machine=stored['machine'])
    index = read_index()
    configs = {}
    for path in paths:
        cfg = load_config(path)
        size = training_size(cfg.train_dataloader.dataset) or choices.size
        key = network_key(cfg.model, size)
        configs[path.name] = cfg
        found['configs'][path.name] = dict(
            config_facts(cfg, index.get(path.name)), size=list(size), network=key
        )
        if key not in found['networks']:
            found['networks'][key] = count_costs(cfg, size)
            _write(file, found)
    order = sorted(configs, key=lambda name: found['networks'][_key(found, name)]['flops'])
    for name in order:
        costs = found['networks'][_key(found, name)]
        if choices.rounds and 'timed' not in costs and needed_bytes(costs) <= choices.limit_bytes:
            size = found['configs'][name]['size']
            costs.update(
                time_network(configs[name], (size[0], size[1]), choices.rounds, choices.slow)
            )
            _write(file, found)
        on_config(name)
    _write(file, found)
    return found


def _key(found: dict[str, Any], name: str) -> str:
    return found['configs'][name]['network']


def _write(file: Path, found: dict[str, Any]) -> None:
    write_atomically(file, json.dumps(found, indent=1) + '\n')
