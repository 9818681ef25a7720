"""The single-task config learns from real photographs, with its data set overridden."""

from mmmtl.apis.launch import build_runner, load_config

# CamVid's ids, as the seven categories of the config; void is ignored.
OVERRIDE = """
_base_ = ['{config}']
train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    dataset=dict(
        _delete_=True,
        type='MultiTaskDataset',
        tasks=['seg'],
        data_root='{data_root}',
        data_prefix=dict(img_path='images/train', seg_map_path='annotations/train'),
        label_readers=dict(
            seg=dict(type='IdMapReader', table=[4, 1, 2, 0, 0, 3, 2, 1, 6, 5, 5, 255])
        ),
        metainfo=dict(
            classes=('flat', 'construction', 'object', 'nature', 'sky', 'human', 'vehicle')
        ),
        pipeline=[
            dict(type='LoadMultiTaskImage'),
            dict(type='LoadMultiTaskAnnotations'),
            dict(type='ReduceResolution', size=(64, 96)),
            dict(type='MultiTaskRandomFlip', prob=0.5),
            dict(type='PackMultiTaskInputs'),
        ],
    ),
)
val_cfg = val_dataloader = val_evaluator = None
model = dict(
    backbone=dict(widths=(8, 16, 16, 16, 16)),
    decode_head=dict(seg=dict(in_channels=8, channels=8)),
)
optim_wrapper = dict(optimizer=dict(lr=5e-3))
train_cfg = dict(max_epochs=6)
default_hooks = dict(logger=dict(interval=1))
"""


def test_the_loss_falls(camvid_mini, repository, tmp_path):
    config = tmp_path / 'segnet_camvid-seg.py'
    base = repository / 'configs' / 'segnet_cityscapes7-seg.py'
    config.write_text(OVERRIDE.format(config=base, data_root=camvid_mini))
    runner = build_runner(load_config(config, work_dir=tmp_path))
    runner.train()
    losses, _ = runner.message_hub.get_scalar('train/loss').data
    assert len(losses) == 36
    assert losses[-6:].mean() < 0.6 * losses[:3].mean()
