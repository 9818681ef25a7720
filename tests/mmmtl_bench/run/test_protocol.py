from mmengine.config import Config

from mmmtl_bench.run.protocol import read_protocol


def test_protocol_of_the_main_experiment(repository):
    cfg = Config.fromfile(repository / 'configs' / 'mtan_segnet_cityscapes7.py')
    assert read_protocol(cfg, (128, 256), 2975, 500) == {
        'resolution': '128x256',
        'epochs': '200',
        'batch size': '8',
        'optimizer': 'Adam lr=0.0001',
        'schedule': 'MultiStepLR gamma=0.5 milestones=[100]',
        'augmentation': 'none',
        'pretrained': 'no',
        'training images': '2975',
        'validation images': '500',
        'classes': '7',
        'depth unit': 'mtan',
        'mIoU': 'over the whole set',
        'depth averaging': 'over the whole set',
    }


def test_what_options_change(repository):
    cfg = Config.fromfile(repository / 'configs' / 'mtan_segnet_nyuv2_aug.py')
    cfg.merge_from_dict(
        {
            'val_evaluator.1.average': 'batch',
            'param_scheduler': [],
            'model.backbone.init_cfg': dict(type='Pretrained', checkpoint='vgg.pth'),
        }
    )
    protocol = read_protocol(cfg, (288, 384), 795, 654)
    assert protocol['augmentation'] == (
        'RandomScaleCrop scales=[1.0, 1.2, 1.5], MultiTaskRandomFlip prob=0.5'
    )
    assert protocol['schedule'] == 'constant'
    assert protocol['pretrained'] == 'yes'
    assert protocol['depth averaging'] == 'mean over batches'
    assert protocol['normal averaging'] == 'over the whole set'
    assert protocol['depth unit'] == 'depth'


def test_runs_by_iterations_and_wrapped_data():
    pipeline = [dict(type='LoadImageFromFile')]
    cfg = Config(
        dict(
            model=dict(type='EncoderDecoder', pretrained='open-mmlab://resnet50'),
            train_cfg=dict(type='IterBasedTrainLoop', max_iters=80000),
            optim_wrapper=dict(optimizer=dict(type='SGD', lr=0.01, momentum=0.9)),
            train_dataloader=dict(
                batch_size=4,
                dataset=dict(type='RepeatDataset', dataset=dict(type='D', pipeline=pipeline)),
            ),
            val_dataloader=dict(dataset=dict(type='D', pipeline=pipeline)),
            val_evaluator=dict(type='IoUMetric'),
        )
    )
    protocol = read_protocol(cfg, (8, 8), 1, 1)
    assert protocol['iterations'] == '80000'
    assert 'epochs' not in protocol
    assert protocol['optimizer'] == 'SGD lr=0.01 momentum=0.9'
    assert protocol['pretrained'] == 'yes'
    assert protocol['augmentation'] == 'none'
    assert protocol['mIoU'] == 'over the whole set'


def test_several_data_sets():
    flip, load = dict(type='MultiTaskRandomFlip', prob=0.5), dict(type='LoadMultiTaskImage')
    sets = dict(a=dict(type='D', pipeline=[load, flip]), b=dict(type='D', pipeline=[load, flip]))
    loaders = {
        name: dict(dataset=dict(type='D', pipeline=[load], depth_unit=unit))
        for name, unit in dict(a='mtan', b='depth').items()
    }
    cfg = Config(
        dict(
            model=dict(type='MultiTaskSegmentor'),
            train_cfg=dict(max_epochs=2),
            optim_wrapper=dict(optimizer=dict(type='Adam', lr=0.1)),
            train_dataloader=dict(
                batch_size=4,
                batch_sampler=dict(type='MultiSetBatchSampler', shares='uniform'),
                dataset=dict(type='ConcatDataset', datasets=sets),
            ),
            val_dataloader=loaders,
            val_evaluator=dict(a=dict(type='IoUMetric'), b=[dict(type='DepthErrorMetric')]),
        )
    )
    protocol = read_protocol(cfg, (8, 8), 6, 3)
    assert protocol['augmentation'] == 'MultiTaskRandomFlip prob=0.5'
    assert protocol['batches'] == 'MultiSetBatchSampler shares=uniform'
    assert protocol['depth unit'] == 'mtan, depth'
    assert protocol['mIoU'] == protocol['depth averaging'] == 'over the whole set'
