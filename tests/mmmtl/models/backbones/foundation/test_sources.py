import json

import pytest

from mmmtl.models.backbones.foundation.sources import find_source

CONFIG = dict(model_type='dinov2', hidden_size=16)


def write(folder, *weights, config=CONFIG, processor=None):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / 'config.json').write_text(json.dumps(config))
    for name in weights:
        (folder / name).write_bytes(b'')
    if processor is not None:
        (folder / 'preprocessor_config.json').write_text(json.dumps(processor))
    return folder


def cached(monkeypatch, root, name='facebook/dinov2-small'):
    """Makes a folder in the hub's cache."""
    monkeypatch.setattr('huggingface_hub.constants.HF_HUB_CACHE', str(root))
    monkeypatch.setattr('huggingface_hub.constants.HF_HUB_OFFLINE', True)
    monkeypatch.setattr('huggingface_hub.file_download.constants.HF_HUB_CACHE', str(root))
    place = root / f'models--{name.replace("/", "--")}'
    (place / 'refs').mkdir(parents=True)
    (place / 'refs' / 'main').write_text('abc')
    return place / 'snapshots' / 'abc'


def test_a_folder():
    with pytest.raises(FileNotFoundError, match=r"no file or folder '\./weights'"):
        find_source('./weights', None)


def test_a_folder_with_weights(tmp_path):
    folder = write(tmp_path, 'pytorch_model.bin', 'model.safetensors')
    source = find_source(str(folder), dict(drop_path_rate=0.1))
    assert source.config == {**CONFIG, 'drop_path_rate': 0.1}
    assert source.weights == (folder / 'model.safetensors',)
    assert source.image_norm is None
    assert find_source(str(write(tmp_path / 'a', 'pytorch_model.bin')), None).weights


def test_weights_in_several_files(tmp_path):
    folder = write(tmp_path, 'a.safetensors', 'b.safetensors')
    index = folder / 'model.safetensors.index.json'
    index.write_text(json.dumps(dict(weight_map=dict(x='b.safetensors', y='a.safetensors'))))
    assert [path.name for path in find_source(str(folder), None).weights] == [
        'a.safetensors',
        'b.safetensors',
    ]
    (folder / 'b.safetensors').unlink()
    with pytest.raises(FileNotFoundError, match=r'expected b\.safetensors, which'):
        find_source(str(folder), None)
    for wrong in (dict(x='../b.safetensors'), dict(x=3), dict(x=['b.safetensors']), 'x'):
        index.write_text(json.dumps(dict(weight_map=wrong)))
        with pytest.raises(ValueError, match=r'expected weight_map'):
            find_source(str(folder), None)


def test_a_file_has_its_config_beside_it_or_is_told(tmp_path):
    file = tmp_path / 'dino.safetensors'
    file.write_bytes(b'')
    with pytest.raises(FileNotFoundError, match=r'config beside dino\.safetensors, found none'):
        find_source(str(file), dict(hidden_size=3))
    assert find_source(str(file), CONFIG).weights == (file,)
    write(tmp_path)
    assert find_source(str(file), dict(hidden_size=3)).config == {**CONFIG, 'hidden_size': 3}


def test_the_cache_of_the_hub(tmp_path, monkeypatch):
    folder = write(cached(monkeypatch, tmp_path), 'model.safetensors', processor={})
    source = find_source('facebook/dinov2-small', None)
    assert source.config == CONFIG
    assert source.weights == (folder / 'model.safetensors',)
    (folder / 'model.safetensors').unlink()
    with pytest.raises(FileNotFoundError, match=r'model\.safetensors is not in the cache') as said:
        find_source('facebook/dinov2-small', None)
    assert '\n' not in str(said.value)


def test_a_name_that_is_nowhere(tmp_path, monkeypatch):
    cached(monkeypatch, tmp_path)
    with pytest.raises(FileNotFoundError, match=r"'facebook/dinov9' is no file .* cache") as said:
        find_source('facebook/dinov9', None)
    assert '\n' not in str(said.value)


@pytest.mark.parametrize(
    ('processor', 'mean', 'std'),
    [
        (
            dict(image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]),
            (123.675, 116.28, 103.53),
            (58.395, 57.12, 57.375),
        ),
        (dict(image_mean=[0.5] * 3, image_std=[0.5] * 3, rescale_factor=1 / 127.5), 63.75, 63.75),
        (dict(do_normalize=False), 0, 255),
        (dict(image_mean=[3] * 3, image_std=[2] * 3, do_rescale=False), 3, 2),
    ],
)
def test_how_images_are_normalised(tmp_path, processor, mean, std):
    folder = write(tmp_path, 'model.safetensors', processor=processor)
    norm = find_source(str(folder), None).image_norm
    for found, expected in ((norm.mean, mean), (norm.std, std)):
        assert found == (expected if isinstance(expected, tuple) else (expected,) * 3)


@pytest.mark.parametrize(
    ('content', 'message'),
    [
        ('{', 'expected a JSON file'),
        ('[' * 100_000, 'expected a JSON file'),
        ('[]', 'a JSON object, found list'),
    ],
)
def test_a_config_that_is_none(tmp_path, content, message):
    write(tmp_path, 'model.safetensors')
    (tmp_path / 'config.json').write_text(content)
    with pytest.raises(ValueError, match=message):
        find_source(str(tmp_path), None)


@pytest.mark.parametrize(
    ('processor', 'found'),
    [
        (dict(image_mean='grey'), 'grey'),
        (dict(image_mean=[0.5]), 'found .0.5., '),
        (dict(image_mean=[0.5] * 3, image_std=[0.5, 0, 0.5]), 'and 0.0039'),
        (dict(image_mean=[float('nan')] * 3), 'nan'),
        (dict(rescale_factor=0), 'and 0.'),
    ],
)
def test_a_processor_that_is_none(tmp_path, processor, found):
    write(tmp_path, 'model.safetensors', processor=processor)
    with pytest.raises(ValueError, match=rf'expected three numbers as image_mean.*{found}'):
        find_source(str(tmp_path), None)


def test_a_folder_without_what_it_needs(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'config\.json: expected the config'):
        find_source(str(tmp_path), None)
    with pytest.raises(FileNotFoundError, match=r'expected weights in one of'):
        find_source(str(write(tmp_path)), None)
