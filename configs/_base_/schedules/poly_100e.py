# The schedule of MTI-Net's authors for convolutional networks: Adam 1e-4, a weight decay of 1e-4, a
# polynomial fall over 100 epochs of batches of 8. Theirs falls after each epoch, here after each
# batch.
optim_wrapper = dict(type='OptimWrapper', optimizer=dict(type='Adam', lr=1e-4, weight_decay=1e-4))
param_scheduler = [
    dict(type='PolyLR', power=0.9, eta_min=0.0, end=100, by_epoch=True, convert_to_iter_based=True)
]
train_cfg = dict(type='EpochBasedTrainLoop', max_epochs=100, val_interval=10)
val_cfg = dict(type='ValLoop')
test_cfg = dict(type='TestLoop')
# The learning rate belongs to a total batch of 8; scaling it with more GPUs is off by default.
auto_scale_lr = dict(enable=False, base_batch_size=8)
