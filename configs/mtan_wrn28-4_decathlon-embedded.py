# MTAN on the embedded decathlon, which has fewer classes and images:
#     python -m mmmtl_scenes decathlon data/decathlon
_base_ = ['./mtan_wrn28-4_decathlon.py']
tasks = dict(
    aircraft=dict(classes=12),
    cifar100=dict(classes=12),
    daimlerpedcls=dict(classes=2),
    dtd=dict(classes=12),
    gtsrb=dict(classes=12),
    imagenet12=dict(classes=18),
    omniglot=dict(classes=60),
    svhn=dict(classes=10),
    ucf101=dict(classes=8),
    vgg_flowers=dict(classes=16),
)
