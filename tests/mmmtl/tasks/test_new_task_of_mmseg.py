"""A config of mmseg for one task becomes one for the tasks that another config defines."""

from __future__ import annotations

import torch
from mmengine.config import Config
from mmseg.registry import MODELS

from mmmtl.apis import to_multi_task
from mmmtl.apis.launch import load_config
from tests.utils.five_tasks import SIZE


def test_a_config_of_mmseg_gets_the_tasks(five_tasks):
    given = load_config(five_tasks / 'config.py')
    norm = dict(type='BN')
    single = Config(
        dict(
            default_scope='mmseg',
            model=dict(
                type='EncoderDecoder',
                backbone=dict(type='ResNetV1c', depth=18, norm_cfg=norm),
                decode_head=dict(
                    type='FCNHead', in_channels=512, channels=8, num_classes=3, norm_cfg=norm
                ),
            ),
        )
    )
    cfg = to_multi_task(single, given.tasks)
    model = MODELS.build(cfg.model)
    with torch.no_grad():
        outputs = model.eval()(torch.rand(1, 3, *SIZE))
    channels = {name: output.shape[1] for name, output in outputs.items()}
    assert channels == dict(parts=3, edge=1, albedo=3, flow=2, height=1)
    kinds = {name: type(head).__name__ for name, head in model.decode_head.items()}
    assert kinds['parts'] == 'FCNHead'
    assert kinds['edge'] == 'BinaryHead'
    assert kinds['flow'] == 'VectorHead'
