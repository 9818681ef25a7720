# Losses fall at the same relative speed (FAMO).
loss_weighting = dict(type='FAMOWeighting', lr=0.025, weight_decay=1e-3)
