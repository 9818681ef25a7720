# Frozen DINOv2 with a DPT for each of three tasks; needs the extra [hf] and its weights.
_base_ = [
    './_base_/models/split_dinov2-s_dpt.py',
    './_base_/datasets/nyuv2.py',
    './_base_/schedules/frozen_100e.py',
    './_base_/default_runtime.py',
]
