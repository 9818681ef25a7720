# Classes and depths of images of your own, a folder each; docs/own_data.md goes through it.
_base_ = ['./_base_/models/mtan_segnet.py', './_base_/datasets/own_data.py']
classes = 'bed books ceiling chair floor furniture objects picture sofa table tv wall window'
tasks = dict(
    seg=dict(type='ClassTask', classes=classes.split()),
    depth=dict(type='ScalarTask', unit='depth', reader=dict(type='ScalarReader', scale=0.001)),
)
folders = dict(
    data_root='data/own',
    data_prefix=dict(img_path='images', seg_map_path='masks', depth_map_path='depth_mm'),
    img_suffix=['.jpg', '.png'],
    label_suffix=dict(depth='.png'),
)
train_dataloader = dict(dataset=dict(**folders, ann_file='splits/train.txt'))
val_dataloader = dict(dataset=dict(**folders, ann_file='splits/val.txt'))
test_dataloader = val_dataloader
imagenet = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375])
widths = (16, 32, 64, 64, 64)  # a small network
head = dict(in_channels=16, channels=16)
model = dict(
    data_preprocessor=dict(**imagenet, size_divisor=32),
    backbone=dict(widths=widths),
    neck=dict(widths=widths),
    decode_head=dict(seg=dict(num_classes=13, **head), depth=head),
)
