# End-to-End Multi-Task Learning with Attention (CVPR 2019, arXiv 1803.10704), section 4.2: SGD with
# Nesterov's momentum, lr 0.1 halved every 50 of 300 epochs, batches of 100 over all ten sets. The
# paper goes on with nine of them at lr 0.01 for 28 epochs, which is not done here.
optim_wrapper = dict(
    type='OptimWrapper',
    optimizer=dict(type='SGD', lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-5),
)
param_scheduler = [dict(type='StepLR', step_size=50, gamma=0.5, by_epoch=True)]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=300, val_interval=1)
val_cfg = dict(type='MultiSetValLoop', prefix=False)
test_cfg = dict(type='MultiSetTestLoop', prefix=False)
# The learning rate belongs to a total batch of 100; scaling it with more GPUs is off by default.
auto_scale_lr = dict(enable=False, base_batch_size=100)
