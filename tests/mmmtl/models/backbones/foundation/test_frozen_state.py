import copy

import pytest
import torch
from mmengine.runner.checkpoint import get_state_dict
from torch import nn

from mmmtl.models.backbones.foundation.frozen_state import HASH, hash_weights
from mmmtl.models.checkpoints.fitting import load_fitting_weights
from tests.utils.foundation_models import backbone


def network(**settings):
    model = nn.Module()
    model.backbone = backbone(**{'frozen': True, 'save_frozen': False, **settings})
    model.head = nn.Conv2d(16, 2, 1)
    return model


@pytest.mark.parametrize(
    ('settings', 'kept'),
    [
        (dict(), set()),
        (dict(trained_blocks=1), {'encoder.layer.3', 'layernorm'}),
        (dict(lora=dict(rank=2)), {'lora_A', 'lora_B'}),
    ],
)
def test_a_checkpoint_has_what_was_trained_and_a_hash(settings, kept):
    model = network(**settings)
    for state in (model.state_dict(), get_state_dict(model)):
        names = set(state)
        assert {'head.weight', 'head.bias', f'backbone.{HASH}'} <= names
        rest = {name for name in names if name.startswith('backbone.model.')}
        trained = {name for name, value in model.named_parameters() if value.requires_grad}
        assert rest == {name for name in trained if name.startswith('backbone.')}
        assert bool(rest) == bool(kept)
        assert all(any(part in name for part in kept) for name in rest)


def test_it_is_loaded_into_the_same_model_whatever_that_saves():
    state = network().state_dict()
    state['head.bias'] = torch.tensor([3.0, 4.0])
    for model in (network(), network(save_frozen=True)):
        before = copy.deepcopy(dict(model.backbone.named_parameters()))
        load_fitting_weights(model, dict(state_dict=copy.copy(state)))
        assert torch.equal(model.head.bias, torch.tensor([3.0, 4.0]))
        for name, value in model.backbone.named_parameters():
            assert torch.equal(value, before[name])


def test_a_checkpoint_with_all_weights_is_loaded_too():
    whole = network(save_frozen=True)
    with torch.no_grad():
        whole.backbone.model.layernorm.bias.fill_(5)
    model = network()
    load_fitting_weights(model, whole.state_dict())
    assert (model.backbone.model.layernorm.bias == 5).all()


def test_other_frozen_weights_are_refused():
    state = network().state_dict()
    model = network()
    with torch.no_grad():
        model.backbone.model.layernorm.bias[0] = torch.nextafter(
            model.backbone.model.layernorm.bias[0], torch.tensor(1.0)
        )
    with pytest.raises(ValueError, match=r'^backbone: .* hashes differ') as said:
        load_fitting_weights(model, state)
    assert '\n' not in str(said.value)
    with pytest.raises(ValueError, match=r'same blocks frozen'):
        load_fitting_weights(network(trained_blocks=1), network().state_dict())


def test_the_hash_is_of_names_shapes_and_numbers():
    module = nn.Linear(2, 3)
    first = hash_weights(module, ['weight'])
    assert first.shape == (32,)
    assert torch.equal(first, hash_weights(copy.deepcopy(module), ['weight']))
    assert not torch.equal(first, hash_weights(module, ['weight', 'bias']))
    with torch.no_grad():
        module.weight.copy_(module.weight.flatten().flip(0).view(3, 2))
    assert not torch.equal(first, hash_weights(module, ['weight']))
