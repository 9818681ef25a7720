# Single task with attention: surface normals.
_base_ = [
    './_base_/models/stan_segnet-normal.py',
    './_base_/datasets/nyuv2-normal.py',
    './_base_/schedules/mtan_200e-nyuv2.py',
    './_base_/default_runtime.py',
]
