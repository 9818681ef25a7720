# Fixed weights; 0.3 and 0.7 as in the MT-UNet paper, which also turns them round.
loss_weighting = dict(type='FixedWeighting', weights=dict(seg=0.3, depth=0.7))
