# Random weights for every batch: a baseline.
loss_weighting = dict(type='RandomWeighting')
