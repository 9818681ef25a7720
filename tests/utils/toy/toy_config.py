custom_imports = dict(imports=['tests.utils.toy.toy_components'], allow_failed_imports=False)
default_scope = 'mmseg'

model = dict(type='ToySegmentor', norm_cfg=dict(type='SyncBN'))

sampler = dict(type='DefaultSampler', shuffle=True)
train_dataloader = dict(
    batch_size=2, num_workers=0, sampler=sampler, dataset=dict(type='ToyDataset')
)
val_dataloader = dict(
    batch_size=2,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(type='ToyDataset', length=4, augment=False),
)
test_dataloader = val_dataloader
val_evaluator = [dict(type='IoUMetric', iou_metrics=['mIoU'], prefix='seg')]
test_evaluator = val_evaluator

optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.1, momentum=0.9))
param_scheduler = [dict(type='PolyLR', eta_min=0, power=0.9, begin=0, end=4, by_epoch=True)]
train_cfg = dict(by_epoch=True, max_epochs=4, val_interval=1)
val_cfg = dict()
test_cfg = dict()

default_hooks = dict(
    logger=dict(type='LoggerHook', interval=2),
    checkpoint=dict(type='CheckpointHook', interval=1, save_best='seg/mIoU', rule='greater'),
)
custom_hooks = [
    dict(type='EpochSeedHook'),
    dict(type='ToyKillHook', epoch=None),
    dict(type='ToyStateHook'),
    dict(type='PreemptionHook'),
]
log_processor = dict(by_epoch=True)
randomness = dict(seed=3)
env_cfg = dict(
    cudnn_benchmark=False, mp_cfg=dict(mp_start_method='fork'), dist_cfg=dict(backend='nccl')
)
