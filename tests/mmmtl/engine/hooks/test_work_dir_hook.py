import uuid
from types import SimpleNamespace

from mmseg.registry import HOOKS

from mmmtl.engine import WorkDirHook


def test_it_is_registered():
    assert HOOKS.get('WorkDirHook') is WorkDirHook


def test_a_copied_folder_has_a_best_checkpoint_of_its_own(tmp_path):
    (tmp_path / 'best_depth_epoch_2.pth').touch()
    info = dict(
        best_ckpt='/elsewhere/best_depth_epoch_2.pth',
        last_ckpt='/elsewhere/epoch_2.pth',
        best_score=0.5,
    )
    WorkDirHook().after_load_checkpoint(
        SimpleNamespace(work_dir=str(tmp_path)), dict(message_hub=dict(runtime_info=info))
    )
    assert info == dict(
        best_ckpt=str(tmp_path / 'best_depth_epoch_2.pth'),
        last_ckpt='/elsewhere/epoch_2.pth',
        best_score=0.5,
    )
    WorkDirHook().after_load_checkpoint(SimpleNamespace(work_dir=str(tmp_path)), {})


def test_leftovers_are_removed(tmp_path):
    (tmp_path / 'pictures').mkdir()
    for name in ('.epoch_3.pth', 'pictures/.a.png'):
        (tmp_path / f'{name}.{uuid.uuid4().hex}.tmp').touch()
    (tmp_path / '.mine.tmp').touch()
    WorkDirHook().before_train(SimpleNamespace(work_dir=str(tmp_path)))
    assert [path.name for path in tmp_path.rglob('*') if path.is_file()] == ['.mine.tmp']
