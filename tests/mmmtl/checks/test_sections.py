from mmmtl.checks.problems import Problems
from mmmtl.checks.sections import check_sections, loop_type
from mmmtl.compat.scope import registry_scope
from tests.utils.checked_config import right_config


def test_what_is_nearly_called_so_is_named(root):
    problems = Problems()
    cfg = right_config(root).to_dict()
    cfg['train_dataloder'] = cfg.pop('train_dataloader')
    with registry_scope():
        assert check_sections(cfg, ('train', 'test'), problems) == ('train', 'test')
    assert problems.lines() == [
        'train_dataloader: is missing, beside train_cfg and optim_wrapper; there is '
        "'train_dataloder'."
    ]


def test_a_validation_may_be_left_out(root):
    problems = Problems()
    cfg = right_config(root).to_dict()
    for key in ('val_dataloader', 'val_cfg', 'val_evaluator'):
        cfg[key] = None
    with registry_scope():
        assert check_sections(cfg, ('train', 'val'), problems) == ('train',)
        assert loop_type(dict(by_epoch=False), 'train').__name__ == 'IterBasedTrainLoop'
        assert loop_type({}, 'val').__name__ == 'ValLoop'
    assert problems.lines() == []


def test_torchs_own_sampler_is_told_by_shuffle(root):
    cfg = right_config(root).to_dict()
    cfg['train_dataloader'] |= dict(sampler=None, shuffle=True)
    problems = Problems()
    with registry_scope():
        check_sections(cfg, ('train',), problems)
    assert problems.lines() == []
