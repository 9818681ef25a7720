# Single task on dilated ResNet-50: semantic segmentation alone.
_base_ = [
    './_base_/models/split_r50-d8_deeplabv3.py',
    './_base_/datasets/cityscapes7-seg.py',
    './_base_/schedules/libmtl_200e.py',
    './_base_/default_runtime.py',
]
model = dict(
    decode_head=dict(_delete_=True, seg={{_base_.model.decode_head.seg}}),
)
train_dataloader = dict(drop_last=True)  # ASPP normalises means over images: no batch of one
