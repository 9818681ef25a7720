# First preprint of End-to-End Multi-Task Learning with Attention (arXiv 1803.10704v1): SGD 0.01,
# momentum 0.9, batches of 8, halved every 50 epochs; every 25 with UncertaintyWeighting, that is
# --cfg-options param_scheduler.0.step_size=25
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='SGD', lr=0.01, momentum=0.9))
param_scheduler = [dict(type='StepLR', step_size=50, gamma=0.5, by_epoch=True)]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=150, val_interval=1)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# The learning rate belongs to a total batch of 8; scaling it with more GPUs is off by default.
auto_scale_lr = dict(enable=False, base_batch_size=8)
