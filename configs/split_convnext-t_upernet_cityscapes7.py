# UPerNet on ConvNeXt-T, all of it trained; needs the extra [hf] and its weights.
_base_ = [
    './_base_/models/split_convnext-t_upernet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/layer-decay_100e.py',
    './_base_/default_runtime.py',
]
