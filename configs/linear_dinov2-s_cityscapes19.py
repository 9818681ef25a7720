# Linear probes on frozen DINOv2; needs the extra [hf] and its weights.
_base_ = [
    './_base_/models/linear_dinov2-s.py',
    './_base_/datasets/cityscapes19.py',
    './_base_/schedules/frozen_100e.py',
    './_base_/default_runtime.py',
]
