# Dynamic Weight Average with the temperature of the CVPR paper; its preprint has 20.
loss_weighting = dict(type='DynamicWeightAverage', temperature=2.0)
