# The Visual Decathlon: ten domains, each a task and a data set of its own. A batch is of one
# domain. Its task is called like the domain, but vgg_flowers (a task's name has no hyphen).
data_root = 'data/decathlon'
size = 72  # of the shorter side, and of the crop
batch_size = 100
num_workers = 2

# Classes, mean and deviation of red, green and blue from 0 to 1. These are those of
# decathlon_mean_std.pickle in https://github.com/srebuffi/residual_adapters, as
# https://github.com/MrDavidG/PruneFramework prints them in datasets/test.py; ImageNet's were
# changed there, and are here those of torchvision. Of other images:
#     python -m mmmtl data check-decathlon data/decathlon --means 1000
domains = {
    'aircraft': (
        100, (0.47983041, 0.51074066, 0.53437998), (0.21070221, 0.20508901, 0.23729657)
    ),
    'cifar100': (
        100, (0.50705882, 0.48666667, 0.44078431), (0.26745098, 0.25647059, 0.27607843)
    ),
    'daimlerpedcls': (2, (0.48203529,) * 3, (0.23612616,) * 3),
    'dtd': (47, (0.52696497, 0.47025164, 0.42396662), (0.25226877, 0.2409176, 0.2499409)),
    'gtsrb': (43, (0.33921263, 0.3117836, 0.32047045), (0.27560347, 0.26576119, 0.27089863)),
    'imagenet12': (1000, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    'omniglot': (1623, (0.08099839,) * 3, (0.27046935,) * 3),
    'svhn': (10, (0.4376821, 0.4437697, 0.47280442), (0.19803012, 0.20101562, 0.19703614)),
    'ucf101': (101, (0.49953101, 0.49880386, 0.49981996), (0.10898684, 0.10810246, 0.10679939)),
    'vgg-flowers': (
        102, (0.43414682, 0.38309883, 0.29714763), (0.28509808, 0.23842338, 0.2639633)
    ),
}  # fmt: skip
upright = ('gtsrb', 'omniglot', 'svhn')  # a mirrored or shifted picture may be of another class


def dataset(domain, split):
    _, mean, std = domains[domain]
    loading = [
        dict(type='LoadMultiTaskImage'),
        dict(type='LoadMultiTaskAnnotations'),
        dict(type='ResizeShortestEdge', scale=size, max_size=100 * size),
    ]
    cropping = [dict(type='CenterCrop', crop_size=size)]
    if split == 'train' and domain not in upright:
        cropping = [
            dict(type='RandomCrop', crop_size=size),
            dict(type='MultiTaskRandomFlip', prob=0.5),
        ]
    scale = dict(mean=[255 * value for value in mean], std=[255 * value for value in std])
    packing = [dict(type='Normalize', **scale), dict(type='PackMultiTaskInputs')]
    return dict(
        type='VisualDecathlonDataset',
        data_root=data_root,
        domain=domain,
        tasks=[domain.replace('-', '_')],
        split=split,
        pipeline=[*loading, *cropping, *packing],
        test_mode=split != 'train',
    )


def loader(domain, split):
    return dict(
        batch_size=batch_size,
        num_workers=num_workers,
        sampler=dict(type='DefaultSampler', shuffle=False),
        dataset=dataset(domain, split),
    )


tasks = {
    domain.replace('-', '_'): dict(type='ImageClassTask', classes=classes)
    for domain, (classes, _, _) in domains.items()
}
train_dataloader = dict(
    batch_size=batch_size,
    num_workers=num_workers,
    sampler=dict(type='DefaultSampler', shuffle=True),
    batch_sampler=dict(type='MultiSetBatchSampler'),
    dataset=dict(
        type='ConcatDataset',
        datasets={domain: dataset(domain, 'train') for domain in domains},
    ),
)
val_dataloader = {domain: loader(domain, 'val') for domain in domains}
val_evaluator = {
    domain: dict(type='ImageClassMetric', task=domain.replace('-', '_')) for domain in domains
}
# The labels of the test images are the challenge's: a test writes its result file.
test_dataloader = {domain: loader(domain, 'test') for domain in domains}
test_evaluator = {
    domain: dict(
        type='DecathlonResultMetric', task=domain.replace('-', '_'), output_file='results.json'
    )
    for domain in domains
}
