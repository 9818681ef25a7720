# MGDA with respect to the shared features (MGDA-UB): cheaper.
loss_weighting = dict(type='GradientWeighting', method='MGDA', wrt='features')
