# MTAN on the Visual Decathlon, ten image classification tasks with images of their own.
_base_ = [
    './_base_/models/mtan_wrn28-4.py',
    './_base_/datasets/decathlon.py',
    './_base_/schedules/mtan_300e-decathlon.py',
    './_base_/default_runtime.py',
]
custom_hooks = [*_base_.custom_hooks, dict(type='DecathlonScoreHook')]
default_hooks = dict(checkpoint=dict(save_best='decathlon/score', rule='greater'))
