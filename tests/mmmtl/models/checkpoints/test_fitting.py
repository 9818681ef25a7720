import pytest
import torch
from torch import nn

from mmmtl.models.checkpoints import fitting
from mmmtl.models.checkpoints.fitting import TRAINING_PARTS, is_in, load_fitting_weights


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Linear(2, 1)
        self.decode_head = nn.ModuleDict(dict(seg=nn.Linear(1, 3), depth=nn.Linear(1, 1)))
        self.loss_weighting = nn.Linear(1, 1, bias=False)


def weights(**changes):
    state = {name: torch.full_like(value, 7.0) for name, value in Network().state_dict().items()}
    for name, value in changes.items():
        name = name.replace('__', '.')
        state.pop(name, None)
        if value is not None:
            state[name] = torch.ones(value)
    return dict(state_dict=state)


@pytest.fixture
def log(monkeypatch):
    lines = []
    monkeypatch.setattr(fitting, 'print_log', lambda text, **options: lines.append(text))
    return lines


def test_weights_that_fit_are_loaded_without_a_word(log):
    model = Network()
    load_fitting_weights(model, weights())
    assert all(bool((value == 7).all()) for value in model.state_dict().values())
    assert log == []


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(backbone__bias=None), r'1 are missing \(backbone\.bias\)'),
        (
            dict.fromkeys(Network().state_dict()) | dict(a=[1]),
            r'7 are missing \(backbone\.weight, backbone\.bias, decode_head\.seg\.weight and 4 more'
            r'\); 1 are surplus \(a\)',
        ),
        (dict(neck__bias=[1]), r'1 are surplus \(neck\.bias\)'),
        (
            dict(decode_head__seg__weight=[2, 1], decode_head__seg__bias=[2]),
            r'2 have another shape \(decode_head\.seg\.weight is \[2, 1\], expected \[3, 1\], '
            r'decode_head\.seg\.bias is \[2\], expected \[3\]\)',
        ),
    ],
)
def test_what_does_not_fit_is_named(changes, message):
    changes = {name.replace('.', '__'): value for name, value in changes.items()}
    with pytest.raises(ValueError, match=f'^a.pth: expected the weights .*: {message}') as error:
        load_fitting_weights(Network(), weights(**changes), 'a.pth')
    assert '\n' not in str(error.value)


@pytest.mark.parametrize('content', [{}, dict(state_dict={}), dict(model=dict(a=torch.ones(1)))])
def test_a_file_without_weights(content):
    with pytest.raises(ValueError, match='a.pth: expected weights, tensors by name, found'):
        load_fitting_weights(Network(), content, 'a.pth')


def test_parts_of_the_training_need_not_fit_where_it_is_over(log):
    changed = weights(loss_weighting__weight=[2, 2], auxiliary_head__conv__bias=[1])
    load_fitting_weights(Network(), changed, unused=TRAINING_PARTS)
    assert log == []


def test_declared_parts_need_not_fit_and_are_logged(log):
    changed = weights(decode_head__depth__weight=None, decode_head__seg__bias=[2], fc__weight=[1])
    model = Network()
    parts = ('decode_head.depth', 'decode_head.seg.bias', 'fc')
    load_fitting_weights(model, changed, 'a.pth', partial=parts)
    assert log == [
        'a.pth: decode_head.depth need not fit, and 1 are missing (decode_head.depth.weight). '
        'What lacks weights starts as initialised.',
        'a.pth: decode_head.seg.bias need not fit, and 1 have another shape '
        '(decode_head.seg.bias is [2], expected [3]). What lacks weights starts as initialised.',
        'a.pth: fc need not fit, and 1 are surplus (fc.weight). '
        'What lacks weights starts as initialised.',
    ]
    assert model.decode_head.seg.weight.flatten().tolist() == [7, 7, 7]
    with pytest.raises(ValueError, match="load_partial: expected parts .*found 'decode_head.dept'"):
        load_fitting_weights(model, changed, partial=('decode_head.dept',))


def test_parts_are_whole_names():
    assert is_in('decode_head.seg.weight', ['decode_head.seg'])
    assert is_in('decode_head', ['decode_head'])
    assert not is_in('decode_head.segments.weight', ['decode_head.seg'])
