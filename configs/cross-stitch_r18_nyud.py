# Cross-stitch units between decoder streams on ResNet-18: NYUD-MT, four tasks.
_base_ = [
    './_base_/models/cross-stitch_r18.py',
    './_base_/datasets/nyud.py',
    './_base_/heads/nyud.py',
    './_base_/schedules/poly_100e.py',
    './_base_/default_runtime.py',
]
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(head, **_base_.head) for name, head in _base_.heads.items()}
    ),
)
# The paper trains its units faster than the rest: with SGD by a factor of 100 and more.
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={'neck.units': dict(lr_mult=10)}))
