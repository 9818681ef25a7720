# Single task on dilated ResNet-50: depth alone.
_base_ = [
    './_base_/models/split_r50-d8_deeplabv3.py',
    './_base_/datasets/nyuv2-depth.py',
    './_base_/schedules/libmtl_200e.py',
    './_base_/default_runtime.py',
]
model = dict(
    decode_head=dict(_delete_=True, depth={{_base_.model.decode_head.depth}}),
)
# LibMTL's batch; ASPP normalises means over images: no batch of one
train_dataloader = dict(batch_size=8, drop_last=True)
