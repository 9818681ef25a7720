# Task attention on a transformer: SegFormer-B0 on CityScapes with 7 classes and inverse depth.
_base_ = [
    './_base_/models/stage-attention_mit-b0_segformer.py',
    './_base_/datasets/cityscapes7.py',
    './_base_/schedules/segformer_200e.py',
    './_base_/default_runtime.py',
]
