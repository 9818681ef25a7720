# Single task with attention: depth in metres.
_base_ = [
    './_base_/models/stan_segnet-depth.py',
    './_base_/datasets/nyuv2-depth.py',
    './_base_/schedules/mtan_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
