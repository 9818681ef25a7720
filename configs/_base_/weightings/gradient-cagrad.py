# The best of the worst-off task's improvements near the mean gradient (CAGrad).
loss_weighting = dict(
    type='GradientWeighting', method='CAGrad', wrt='parameters', method_args=dict(c=0.4)
)
