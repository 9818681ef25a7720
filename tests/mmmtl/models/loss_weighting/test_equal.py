from tests.utils.weighting_batches import LOSSES, build


def test_every_weight_is_one():
    weights, regulariser = build('EqualWeighting')(LOSSES)
    assert weights == dict(seg=1, depth=1)
    assert regulariser is None
