# Hard sharing on dilated ResNet-50, an ASPP and a head for each task: PASCAL-Context, five tasks.
_base_ = [
    './_base_/models/split_r50-d8_deeplabv3.py',
    './_base_/datasets/pascal-context.py',
    './_base_/heads/pascal-context.py',
    './_base_/schedules/poly_100e.py',
    './_base_/default_runtime.py',
]
model = dict(
    tasks={{_base_.tasks}},
    decode_head=dict(
        _delete_=True, **{name: dict(_base_.head, **head) for name, head in _base_.heads.items()}
    ),
)
