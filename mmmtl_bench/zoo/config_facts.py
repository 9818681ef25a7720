"""What a config is, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config

from mmmtl.sets.config_sets import inner_sets
from mmmtl.tasks import complete_tasks
from mmmtl_bench.zoo.backbone_words import say_backbone
from mmmtl_bench.zoo.bare_network import build_bare
from mmmtl_bench.zoo.model_index import IndexEntry
from mmmtl_bench.zoo.task_words import say_tasks


def config_facts(cfg: Config, entry: IndexEntry | None) -> dict[str, Any]:
    """Says what a config trains, on what.

    Args:
        cfg: The config.
        entry: What the model index says of it; None where it is not there.

    Returns:
        ``method``, ``data``, ``tasks``, ``backbone`` and ``weights``, which is None where there are
        none. Without an entry there is no method, and data are the types of the data sets.
    """
    model: Any = build_bare(cfg, on_meta=True)
    sets = list(_sets(cfg.train_dataloader.dataset))
    units = [one['depth_unit'] for one in sets if one.get('depth_unit')]
    tasks = complete_tasks(model.tasks, dict(depth_unit=units[0]) if units else {})
    classes = {name: getattr(head, 'num_classes', 0) for name, head in model.decode_head.items()}
    return dict(
        method=entry.method if entry else None,
        data=entry.data if entry else ', '.join(dict.fromkeys(str(one['type']) for one in sets)),
        tasks=say_tasks(tasks, classes),
        backbone=say_backbone(cfg.model.backbone),
        weights=entry.weights if entry else None,
    )


def _sets(dataset: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    inner = inner_sets(dataset)
    for one in inner.values():
        yield from _sets(one)
    if not inner:
        yield dataset
