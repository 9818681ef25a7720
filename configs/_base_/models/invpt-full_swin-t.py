# InvPT as its authors build it, on the stages of Swin-T at strides 8, 16 and 32.
_base_ = ['./invpt-full_vit-b.py']
model = dict(
    data_preprocessor=dict(_delete_=True, type='MultiTaskDataPreprocessor'),
    backbone=dict(
        _delete_=True,
        type='HFBackbone',
        model='microsoft/swin-tiny-patch4-window7-224',
        out_indices=[1, 2, 3],
    ),
    neck=dict(in_channels=[192, 384, 768], strides=[8, 16, 32]),
)
