# MT-UNet on CityScapes with 7 classes and inverse depth.
_base_ = [
    './_base_/models/mtunet.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/mtunet_200e.py',
    './_base_/default_runtime.py',
]
