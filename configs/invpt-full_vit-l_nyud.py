# InvPT as its authors build and train it, on ViT-L/16: NYUD-MT.
_base_ = ['./invpt-full_vit-b_nyud.py']
model = dict(
    backbone=dict(embed_dims=1024, num_layers=24, num_heads=16, out_indices=(5, 11, 23)),
    neck=dict(in_channels=[1024, 1024, 1024]),
)
