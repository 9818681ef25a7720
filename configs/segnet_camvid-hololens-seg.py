# One small SegNet that learns classes from street photographs alone.
_base_ = ['./mtan_segnet_camvid-hololens.py']
model = dict(
    tasks=dict(_delete_=True, seg={{_base_.tasks.seg}}),
    backbone=dict(return_blocks=False),
    neck=None,
    decode_head=dict(_delete_=True, seg={{_base_.model.decode_head.seg}}),
    set_statistics=None,
)
train_dataloader = dict(
    # as many as the networks for both tasks see in an epoch
    batch_sampler=dict(batches_per_epoch=20),
    dataset=dict(
        datasets=dict(_delete_=True, camvid={{_base_.train_dataloader.dataset.datasets.camvid}})
    ),
)
val_dataloader = dict(_delete_=True, camvid={{_base_.val_dataloader.camvid}})
test_dataloader = val_dataloader
val_evaluator = dict(_delete_=True, camvid={{_base_.val_evaluator.camvid}})
test_evaluator = val_evaluator
default_hooks = dict(checkpoint=dict(save_best='camvid/seg/mIoU'))
