# With the augmentation that the MTAN authors recommend: zoom (depth is divided by it) and flip.
_base_ = ['./mtan_segnet_nyuv2.py']
train_pipeline = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='ReduceResolution', size={{_base_.image_size}}),
    dict(type='RandomScaleCrop', scales=(1.0, 1.2, 1.5)),
    dict(type='MultiTaskRandomFlip', prob=0.5),
    dict(type='PackMultiTaskInputs'),
]
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
tta_model = dict(zoom_scales_depth=True)  # trained with a zoom, an enlarged view looks nearer
