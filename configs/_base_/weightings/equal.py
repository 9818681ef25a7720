# Equal weights of 1.
loss_weighting = dict(type='EqualWeighting')
