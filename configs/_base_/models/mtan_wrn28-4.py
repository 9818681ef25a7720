# MTAN on a wide ResNet, for the ten domains of the Visual Decathlon: attention over the stem and
# the three groups, and a linear layer for each task on the mean of its 9x9 last features. (The
# authors' program averages 8x8 of them.) The images come normalised, each domain by its own means.
decathlon_tasks = (
    'aircraft', 'cifar100', 'daimlerpedcls', 'dtd', 'gtsrb', 'imagenet12', 'omniglot', 'svhn',
    'ucf101', 'vgg_flowers',
)  # fmt: skip
model = dict(
    type='MultiTaskSegmentor',
    only_asked=True,
    data_preprocessor=dict(type='MultiTaskDataPreprocessor'),
    backbone=dict(type='WideResNet', depth=28, widen_factor=4),
    neck=dict(type='StageAttentionNeck', in_channels=(16, 64, 128, 256), shared_last=True),
    decode_head={task: dict(type='ImageClassHead', in_channels=256) for task in decathlon_tasks},
    loss_weighting=dict(type='EqualWeighting'),
    test_cfg=dict(mode='whole'),
)
