# Single task on dilated ResNet-18: semantic segmentation alone. NYUD-MT.
_base_ = [
    './_base_/models/r18-d8_deeplabv3.py',
    './_base_/datasets/nyud-seg.py',
    './_base_/heads/nyud.py',
    './_base_/schedules/poly_100e.py',
    './_base_/default_runtime.py',
]
model = dict(
    tasks={{_base_.tasks}},
    decode_head={name: dict(_base_.head, **_base_.heads[name]) for name in _base_.tasks},
)
