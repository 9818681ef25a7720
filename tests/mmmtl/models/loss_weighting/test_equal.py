from tests.utils.weighting_batches import LOSSES, build


def test_every_weight_is_one():
    weights, regulariser = build('EqualWeighting')(LOSSES)
    assert weights == dict(seg=1, depth=1)
    assert regulariser is None


def test_a_missing_task_changes_nothing_for_the_others():
    assert build('EqualWeighting')(dict(depth=LOSSES['depth'])).weights == dict(depth=1)


def test_there_is_nothing_to_learn_or_to_save():
    weighting = build('EqualWeighting')
    assert not weighting.state_dict()
    assert not any(weight.requires_grad for weight in weighting(LOSSES).weights.values())
