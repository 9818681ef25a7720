# The second stage of MTAN's training on the Visual Decathlon (CVPR 2019, section 4.2): the network
# of mtan_wrn28-4_decathlon.py goes on with the domains but ImageNet, lr 0.01 for 28 epochs. The
# shared weights change, so that ImageNet's results are those of the first stage.
_base_ = ['./mtan_wrn28-4_decathlon.py']
load_from = 'work_dirs/mtan_wrn28-4_decathlon/epoch_300.pth'
load_partial = ['decode_head.imagenet12', 'neck.attention.imagenet12']  # not there any more
nine = [domain for domain in _base_.domains if domain != 'imagenet12']
heads = {task: head for task, head in _base_.model.decode_head.items() if task != 'imagenet12'}
model = dict(decode_head={'_delete_': True, **heads})
train_sets = {domain: _base_.train_dataloader.dataset.datasets[domain] for domain in nine}
train_dataloader = dict(dataset=dict(datasets={'_delete_': True, **train_sets}))
val_dataloader = {'_delete_': True, **{domain: _base_.val_dataloader[domain] for domain in nine}}
val_evaluator = {'_delete_': True, **{domain: _base_.val_evaluator[domain] for domain in nine}}
test_dataloader = {'_delete_': True, **{domain: _base_.test_dataloader[domain] for domain in nine}}
test_evaluator = {'_delete_': True, **{domain: _base_.test_evaluator[domain] for domain in nine}}
optim_wrapper = dict(optimizer=dict(lr=0.01))
train_cfg = dict(max_epochs=28)
# Nine domains have no score.
custom_hooks = [hook for hook in _base_.custom_hooks if hook.type != 'DecathlonScoreHook']
default_hooks = dict(checkpoint=dict(save_best=None))
