# Equal projections on every task's gradient (IMTL-G).
loss_weighting = dict(type='GradientWeighting', method='IMTL-G', wrt='parameters')
