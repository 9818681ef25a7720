# The first task has priority, the others make some progress (PCD).
loss_weighting = dict(
    type='GradientWeighting', method='PCD', wrt='parameters', method_args=dict(tau=0.02)
)
