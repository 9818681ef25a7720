import json

from mmseg.registry import LOOPS

from mmmtl.engine.loops import MultiSetTestLoop
from tests.utils.toy.toy_runs import TOY, toy_runner

CONFIG = TOY / 'several_config.py'


def test_it_is_registered():
    assert LOOPS.get('MultiSetTestLoop') is MultiSetTestLoop


def test_it_measures_what_the_validation_measures_and_writes_it_into_one_file(tmp_path):
    runner = toy_runner(tmp_path, CONFIG, train_cfg__max_epochs=2)
    runner.train()
    validated = runner.val_loop.run()
    tested = runner.test()
    assert tested == validated
    assert set(tested) >= {'streets/seg/mIoU', 'office/depth/abs_err'}
    (file,) = tmp_path.glob('*/*.json')
    written = json.loads(file.read_text())
    assert {key: written[key] for key in tested} == tested


def test_pictures_are_named_after_their_set(tmp_path, monkeypatch):
    hook = dict(type='MultiTaskVisualizationHook', draw=True)
    runner = toy_runner(tmp_path, CONFIG, default_hooks__visualization=hook)
    drawn = []
    monkeypatch.setattr(
        runner.visualizer, 'add_datasample', lambda name, *_, **__: drawn.append(name)
    )
    monkeypatch.setattr(
        'mmmtl.engine.hooks.visualization_hook.read_image', lambda *_: __import__('numpy').zeros(3)
    )
    runner.test()
    assert drawn[:2] == ['test_streets_0', 'test_streets_1']
    assert len(set(drawn)) == len(drawn) == 8
