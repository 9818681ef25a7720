# MTAN's attention on DINOv3; needs the extra [hf] and its weights, whose licence is their own.
_base_ = [
    './_base_/models/stage-attention_dinov3-s.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/layer-decay_100e.py',
    './_base_/default_runtime.py',
]
