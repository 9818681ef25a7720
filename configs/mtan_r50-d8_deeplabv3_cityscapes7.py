# MTAN on dilated ResNet-50, the form of later benchmarks, on CityScapes with 7 classes.
_base_ = [
    './_base_/models/mtan_r50-d8_deeplabv3.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/libmtl_200e.py',
    './_base_/default_runtime.py',
]
train_dataloader = dict(drop_last=True)  # ASPP normalises means over images: no batch of one
