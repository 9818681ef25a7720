from types import SimpleNamespace

import pytest

from mmmtl.models.backbones.foundation.outputs import ask_for_tokens, checked_indices


@pytest.mark.parametrize(
    ('given', 'is_pyramid', 'expected'),
    [
        (None, False, [3]),
        (None, True, [0, 1, 2, 3]),
        ((1, -1), False, [1, 3]),
        (-2, True, [2]),
        (range(2), True, [0, 1]),
    ],
)
def test_the_numbers_from_zero(given, is_pyramid, expected):
    assert checked_indices(given, 4, is_pyramid) == expected


@pytest.mark.parametrize('given', [[4], [-5], [], [1, 1], [2, -3]])
def test_wrong_numbers_are_told(given):
    with pytest.raises(ValueError, match=r'^out_indices: '):
        checked_indices(given, 4, False)


def test_how_models_are_asked_for_tokens():
    dinov3 = SimpleNamespace(model_type='dinov3_vit')
    ask_for_tokens(dinov3)
    assert dinov3.return_class_token
    dinov2 = SimpleNamespace(model_type='dinov2', reshape_hidden_states=True)
    ask_for_tokens(dinov2)
    assert not dinov2.reshape_hidden_states
    with pytest.raises(ValueError, match=r"'dinov2'.* found 'swin'"):
        ask_for_tokens(SimpleNamespace(model_type='swin'))
