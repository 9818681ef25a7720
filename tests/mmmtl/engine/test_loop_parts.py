from types import SimpleNamespace

from mmmtl.engine.loop_parts import loop_dataset, loop_metrics


def test_a_loop_tells_its_data_set_and_its_metrics():
    loop = SimpleNamespace(
        dataloader=SimpleNamespace(dataset='streets'), evaluator=SimpleNamespace(metrics=['mIoU'])
    )
    assert loop_dataset(loop) == 'streets'
    assert loop_metrics(loop) == ['mIoU']


def test_a_loop_without_them_has_none():
    for loop in (None, SimpleNamespace(dataloader=None, evaluator=None)):
        assert loop_dataset(loop) is None
        assert list(loop_metrics(loop)) == []
