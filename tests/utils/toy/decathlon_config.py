# The real config of MTAN on the decathlon with a small network and three classes in each domain.
_base_ = ['../../../configs/mtan_wrn28-4_decathlon.py']
custom_imports = dict(imports=['mmmtl', 'tests.utils.toy.weighting_components'])
tasks = {task: dict(classes=3) for task in _base_.decathlon_tasks}
model = dict(
    backbone=dict(depth=10, widen_factor=1),
    neck=dict(in_channels=(16, 16, 32, 64)),
    decode_head={task: dict(in_channels=64) for task in _base_.decathlon_tasks},
)
train_dataloader = dict(
    batch_size=2, num_workers=0, batch_sampler=dict(shares='uniform', batches_per_epoch=10)
)
optim_wrapper = dict(optimizer=dict(lr=1e-3))
train_cfg = dict(max_epochs=2)
custom_hooks = [
    *_base_.custom_hooks[:3],
    dict(type='KillHook', iteration=None),
    *_base_.custom_hooks[3:],
]
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='MultiTaskLocalVisualizer', vis_backends=vis_backends)
log_level = 'ERROR'
