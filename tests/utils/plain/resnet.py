"""The dilated ResNet of the MTAN authors' public code in plain torch functions."""

from __future__ import annotations

import torch.nn.functional as F

from tests.utils.plain.stage_attention import conv_norm, residual_block

BLOCKS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3)}


def plain_stages(image, state, depth, training):
    """The dilated ResNet of the public code, stage by stage: (before the last block, output)."""
    x = conv_norm(image, state, 'conv1', 'bn1', training, stride=2, padding=3).relu()
    x = F.max_pool2d(x, 3, stride=2, padding=1)
    stages = []
    for j, count in enumerate(BLOCKS[depth]):
        for k in range(count):
            if k == count - 1:
                before = x
            # stage 3: dilation 1, then 2; stage 4: dilation 2, then 4
            how = dict(stride=2 if j == 1 and k == 0 else 1)
            how['dilation'] = (1, 1, (1 if k == 0 else 2), (2 if k == 0 else 4))[j]
            x = residual_block(x, state, f'layer{j + 1}.{k}', training, **how)
        stages.append((before, x))
    return stages
