"""The single-task config learns from real photographs, with nothing but its data set overridden."""

import torch
from mmengine.config import Config
from mmengine.runner import Runner

# CamVid's ids, as the seven categories of the config; void is ignored.
TABLE = [4, 1, 2, 0, 0, 3, 2, 1, 6, 5, 5, 255]


def test_the_loss_falls(camvid_mini, repository, tmp_path):
    cfg = Config.fromfile(repository / 'configs' / 'segnet_cityscapes7-seg.py')
    classes = ('flat', 'construction', 'object', 'nature', 'sky', 'human', 'vehicle')

    def dataset(split, pipeline, indices):
        return dict(
            type='MultiTaskDataset',
            tasks=['seg'],
            data_root=str(camvid_mini),
            data_prefix=dict(img_path=f'images/{split}', seg_map_path=f'annotations/{split}'),
            label_readers=dict(seg=dict(type='IdMapReader', table=TABLE)),
            metainfo=dict(classes=classes),
            indices=indices,
            pipeline=pipeline,
        )

    widths = (8, 16, 16, 16, 16)
    cfg.model.backbone.widths = widths
    cfg.model.decode_head.seg.update(in_channels=8, channels=8)
    pipeline = [dict(step) for step in cfg.train_pipeline]
    pipeline[2]['size'] = (64, 96)
    cfg.train_dataloader.update(batch_size=4, num_workers=0, dataset=dataset('train', pipeline, 8))
    cfg.val_dataloader.update(num_workers=0, dataset=dataset('val', pipeline, 4))
    cfg.test_dataloader = cfg.val_dataloader
    cfg.optim_wrapper.optimizer.lr = 5e-3
    cfg.train_cfg.update(max_epochs=8, val_interval=8)
    cfg.default_hooks.logger.interval = 1
    cfg.work_dir = str(tmp_path)
    runner = Runner.from_cfg(cfg)
    threads = torch.get_num_threads()
    runner.train()
    torch.set_num_threads(threads)
    losses, _ = runner.message_hub.get_scalar('train/loss').data
    assert losses[-4:].mean() < 0.6 * losses[:2].mean()
    assert 0 < runner.val_loop.run()['seg/mIoU'] <= 100
