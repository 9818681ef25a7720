import json
import pickle
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from mmmtl.compat import CheckpointError, UnsafeCheckpointError
from mmmtl.models.backbones import HFBackbone
from mmmtl.models.backbones.foundation.weights import backbone_config
from tests.utils.foundation_models import CONFIGS, images, write_folder


def outputs(model, **settings):
    found = HFBackbone(str(model), **settings).eval()
    with torch.no_grad():
        return torch.cat([x.flatten() for x in found(images(found))])


def test_files_of_torch_give_the_same(tmp_path):
    write_folder(tmp_path / 'a')
    expected = outputs(tmp_path / 'a')
    weights = load_file(tmp_path / 'a' / 'model.safetensors')
    (tmp_path / 'b').mkdir()
    shutil.copy(tmp_path / 'a' / 'config.json', tmp_path / 'b')
    torch.save(weights, tmp_path / 'b' / 'pytorch_model.bin')
    assert torch.equal(outputs(tmp_path / 'b'), expected)
    torch.save(dict(state_dict=weights, meta={}), tmp_path / 'whole.pth')
    assert torch.equal(outputs(tmp_path / 'whole.pth', config=CONFIGS['dinov2']), expected)


@pytest.mark.parametrize('family', ['dinov2', 'dinov3_vit', 'swin', 'beit'])
def test_weights_of_a_model_with_another_head(tmp_path, family, monkeypatch):
    import transformers

    lines = []
    module = 'mmmtl.models.backbones.foundation.weights.print_log'
    monkeypatch.setattr(module, lambda line, **_: lines.append(line))
    torch.manual_seed(0)
    config = backbone_config(CONFIGS[family], 'test')
    kinds = dict(
        dinov2=transformers.Dinov2ForImageClassification,
        dinov3_vit=transformers.DINOv3ViTModel,
        swin=transformers.SwinForImageClassification,
        beit=transformers.BeitForImageClassification,
    )
    whole = kinds[family](config).eval()
    whole.save_pretrained(tmp_path)
    found = HFBackbone(str(tmp_path)).eval()
    own, built = dict(whole.named_parameters()), dict(found.model.named_parameters())
    mlp = dict(
        dinov2=('dinov2.encoder.layer.1.mlp.fc1.weight', 'encoder.layer.1.mlp.fc1.weight'),
        dinov3_vit=('model.layer.1.mlp.up_proj.weight',) * 2,
        swin=('swin.encoder.layers.1.blocks.0.attention.q_proj.weight',) * 2,
        beit=('beit.layers.1.mlp.fc1.weight',) * 2,
    )
    theirs, here = mlp[family]
    assert torch.equal(own[theirs], built[here])
    said = ' '.join(lines)
    assert ('not used are' in said) == (family != 'dinov3_vit')
    assert ('normalisations of the outputs start' in said) == (family == 'swin')


def test_weights_of_another_model(tmp_path):
    write_folder(tmp_path)
    config = json.loads((tmp_path / 'config.json').read_text())
    (tmp_path / 'config.json').write_text(json.dumps({**config, 'hidden_size': 32}))
    with pytest.raises(ValueError, match=r'found those of another model .* of another shape') as s:
        HFBackbone(str(tmp_path))
    assert '\n' not in str(s.value)
    with pytest.raises(ValueError, match=r'Swin.* found those of another model .* missing'):
        HFBackbone(str(tmp_path / 'model.safetensors'), config=CONFIGS['swin'])


def test_bad_files(tmp_path):
    write_folder(tmp_path)
    file = tmp_path / 'model.safetensors'
    weights = load_file(file)
    weights['layernorm.weight'][0] = float('nan')
    save_file(weights, file)
    with pytest.raises(CheckpointError, match=r'found NaN in layernorm\.weight'):
        HFBackbone(str(tmp_path))
    file.write_bytes(file.read_bytes()[:-7])
    with pytest.raises(CheckpointError, match=r'a damaged one') as said:
        HFBackbone(str(tmp_path))
    assert '\n' not in str(said.value)


class Asks:
    def __reduce__(self):
        import os

        return os.system, ('touch ran',)


def test_files_that_ask_for_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path)
    (tmp_path / 'model.safetensors').unlink()
    (tmp_path / 'pytorch_model.bin').write_bytes(pickle.dumps(Asks()))
    with pytest.raises((UnsafeCheckpointError, CheckpointError)) as said:
        HFBackbone(str(tmp_path))
    assert '\n' not in str(said.value)
    torch.save(dict(a=Asks()), tmp_path / 'pytorch_model.bin')
    with pytest.raises(UnsafeCheckpointError, match=r'asks for .*system'):
        HFBackbone(str(tmp_path))
    config = dict(model_type='mine', auto_map=dict(AutoBackbone='mine.Mine'))
    (tmp_path / 'config.json').write_text(json.dumps(config))
    (tmp_path / 'mine.py').write_text("open('ran', 'w')")
    with pytest.raises(ValueError, match=r"found 'mine' .* asks for code of its own.*never run"):
        HFBackbone(str(tmp_path))
    assert not (tmp_path / 'ran').exists()


def test_entries_that_cannot_be():
    with pytest.raises(ValueError, match=r"^config: 'dinov2' of a cannot be: ") as said:
        backbone_config(dict(model_type='dinov2', hidden_size='wide'), 'a')
    assert '\n' not in str(said.value)
    with pytest.raises(ValueError, match=r"model_type among \[.*'dinov2'.* found 'gpt2'"):
        backbone_config(dict(model_type='gpt2'), 'a')


@pytest.mark.parametrize(
    'entries',
    [
        dict(attn_implementation='someone/attention'),
        dict(_attn_implementation='someone/attention'),
        dict(attn_implementation='flash_attention_2'),
        dict(attn_implementation={'': 'someone/attention'}),
    ],
)
def test_attention_is_no_program_of_the_hub(entries):
    with pytest.raises(ValueError, match=r"attn_implementation: expected one of \('eager', 'sdpa'"):
        backbone_config(CONFIGS['dinov2'] | entries, 'a')
    backbone_config(CONFIGS['dinov2'] | dict(attn_implementation='eager'), 'a')


def test_packed_weights_are_named():
    with pytest.raises(ValueError, match='found quantization_config in a'):
        backbone_config(CONFIGS['dinov2'] | dict(quantization_config=dict(bits=4)), 'a')


def test_entries_that_are_decided_here(tmp_path):
    write_folder(tmp_path)
    expected = outputs(tmp_path)
    config = json.loads((tmp_path / 'config.json').read_text())
    others = dict(return_dict=False, transformers_weights='other.bin', stage_names=['a', 'b'])
    (tmp_path / 'config.json').write_text(json.dumps(config | others))
    assert torch.equal(outputs(tmp_path), expected)


def test_fewer_blocks_than_the_file_has(tmp_path):
    write_folder(tmp_path)
    whole = HFBackbone(str(tmp_path), out_indices=[1]).eval()
    half = HFBackbone(str(tmp_path), config=dict(num_hidden_layers=2)).eval()
    assert half.num_blocks == 2
    with torch.no_grad():
        assert torch.equal(whole(images(whole))[0], half(images(half))[0])
    with pytest.raises(ValueError, match='expected blocks or stages in the model, found 0'):
        HFBackbone(str(tmp_path), config=dict(num_hidden_layers=0))


def test_numbers_are_read_as_float32(tmp_path):
    write_folder(tmp_path)
    file = tmp_path / 'model.safetensors'
    save_file({name: value.bfloat16() for name, value in load_file(file).items()}, file)
    config = json.loads((tmp_path / 'config.json').read_text())
    (tmp_path / 'config.json').write_text(json.dumps({**config, 'dtype': 'bfloat16'}))
    found = HFBackbone(str(tmp_path))
    assert {value.dtype for value in found.parameters()} == {torch.float32}
