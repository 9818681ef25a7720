# PASCAL-Context as InvPT trains on it. Its loss of normals is the sum over the three components and
# ours their mean: the weight of 10 is 30 here.
_base_ = [
    '../datasets/pascal-context.py',
    '../heads/pascal-context.py',
    '../schedules/invpt_40k.py',
]
train_dataloader = dict(batch_size=2, sampler=dict(type='InfiniteSampler', shuffle=True))
heads = dict(normal=dict(loss_decode=dict(loss_weight=30.0)))
