# What every experiment shares: importing mmmtl registers its components in mmseg's registries.
custom_imports = dict(imports=['mmmtl'], allow_failed_imports=False)

default_scope = 'mmseg'
env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl', timeout=600),  # seconds that processes wait for each other
)
randomness = dict(seed=0)
vis_backends = [dict(type='LocalVisBackend')]
visualizer = dict(type='MultiTaskLocalVisualizer', vis_backends=vis_backends, name='visualizer')
log_processor = dict(by_epoch=True)
log_level = 'INFO'
load_from = None
resume = False

default_hooks = dict(
    timer=dict(type='IterTimerHook'),
    logger=dict(type='LoggerHook', interval=50),
    param_scheduler=dict(type='ParamSchedulerHook'),
    checkpoint=dict(type='DurableCheckpointHook', interval=1, max_keep_ckpts=3),
    sampler_seed=dict(type='DistSamplerSeedHook'),
    visualization=dict(type='MultiTaskVisualizationHook'),
)
custom_hooks = [
    dict(type='EpochSeedHook'),  # random numbers go by the place in the training alone
    dict(type='PreemptionHook'),  # SIGTERM, SIGUSR1, SIGUSR2: save, end, go on with --resume
    dict(type='SyncNormStatsHook'),  # processes agree on the running statistics
    dict(type='LossWeightingHook'),  # tells the loss weighting what an epoch is, logs the weights
    dict(type='TaskCheckHook'),  # model, data sets and metrics mean the same tasks
    dict(type='ClassPixelsHook'),  # warns of classes that no label shows
    dict(type='CheckpointFitHook'),  # a checkpoint is one of this model and of these tasks
    dict(type='WorkDirHook'),  # a training keeps to its own folder
]

tta_model = dict(type='MultiTaskTTAModel')
