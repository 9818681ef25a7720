# Equal training rates of the tasks, by the norms of their gradients (GradNorm).
loss_weighting = dict(type='GradNorm', alpha=1.5, lr=0.025, wrt='parameters')
