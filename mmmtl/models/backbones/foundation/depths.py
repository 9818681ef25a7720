"""How deep in a model of transformers its parameters are: in which block, before or after all."""

from __future__ import annotations

from typing import Any

from torch import nn


def module_depths(model: Any) -> tuple[dict[str, int], int]:
    """Numbers the modules of a backbone of transformers by its blocks.

    A block is one layer of a transformer, or one residual block of a stage. What stands before all
    of them (patch and position embeddings) has depth 0, the blocks have 1, 2, ..., and what stands
    behind all of them (the outputs' normalisations) has one more than the last block. What changes
    the resolution between stages has the depth of the next block of its stage, or of the last one
    before it.

    Args:
        model: The backbone.

    Returns:
        The depth of each module by its name, and the number of blocks; nothing and 0 if no blocks
        can be found.
    """
    stages = _stages(model)
    blocks = [block for stage in stages for block in _blocks_of(stage, model.config)]
    if not blocks:
        return {}, 0
    number_of = {id(block): number for number, block in enumerate(blocks, start=1)}
    depths: dict[str, int] = {}
    within: list[tuple[str, int]] = [('', 0)]  # prefix and depth of the block around
    passed = 0
    in_stage = ''
    are_stages = {id(stage) for stage in stages}
    stage_names = {name for name, module in model.named_modules() if id(module) in are_stages}
    for name, module in model.named_modules():
        if name in stage_names:
            in_stage = f'{name}.'
            begun = passed
        if id(module) in number_of:
            passed = number_of[id(module)]
            within = [(f'{name}.', passed)]
            depths[name] = passed
        elif within[0][0] and name.startswith(within[0][0]):
            depths[name] = within[0][1]
        elif in_stage and f'{name}.'.startswith(in_stage):
            depths[name] = passed + 1 if passed == begun else passed
        else:
            depths[name] = 0 if passed == 0 else len(blocks) + 1
    return depths, len(blocks)


def _stages(model: Any) -> list[nn.Module]:
    """Finds the list of layers, or of stages of a model that has ``depths``."""
    count = len(model.config.stage_names) - 1
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return list(module)
    return []


def _blocks_of(stage: nn.Module, config: Any) -> list[nn.Module]:
    if not hasattr(config, 'depths'):
        return [stage]
    inner = getattr(stage, 'blocks', None) or getattr(stage, 'layers', None)
    return list(inner) if isinstance(inner, (nn.ModuleList, nn.Sequential)) else []
