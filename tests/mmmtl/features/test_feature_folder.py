import pytest
import torch

from mmmtl.features.feature_folder import FeatureFolder, StoredFeatures

IMAGE = torch.arange(24, dtype=torch.uint8).view(3, 2, 4)


def test_what_is_written_is_read(tmp_path):
    folder = FeatureFolder(tmp_path / 'new')
    assert folder.read(IMAGE) is None
    tensors = dict(map_0=torch.randn(2, 1, 2), token_0=torch.randn(2).half())
    size = folder.write(IMAGE, tensors, 'abc')
    assert folder.file_of(IMAGE).stat().st_size == size
    found = folder.read(IMAGE)
    assert isinstance(found, StoredFeatures)
    assert found.model == 'abc'
    assert found.tensors.keys() == tensors.keys()
    assert all(torch.equal(value, found.tensors[name]) for name, value in tensors.items())
    assert found.tensors['token_0'].dtype == torch.float16
    assert [path.name for path in tmp_path.glob('new/*/*')] == [folder.file_of(IMAGE).name]


@pytest.mark.parametrize(
    'other', [IMAGE.flip(2), IMAGE + 1, IMAGE.float(), IMAGE.view(3, 4, 2), IMAGE[:, :, :2]]
)
def test_another_image_has_no_features(tmp_path, other):
    folder = FeatureFolder(tmp_path)
    folder.write(IMAGE, dict(map_0=torch.zeros(1, 1, 1)), 'abc')
    assert folder.read(other) is None
    assert folder.read(IMAGE.transpose(1, 2).contiguous().transpose(1, 2)) is not None


@pytest.mark.parametrize('damage', [lambda content: content[:50], lambda _: b'{}', lambda _: b''])
def test_a_damaged_file_is_named(tmp_path, damage):
    folder = FeatureFolder(tmp_path)
    folder.write(IMAGE, dict(map_0=torch.zeros(1, 1, 1)), 'abc')
    path = folder.file_of(IMAGE)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(
        ValueError, match=rf'{path.name}: expected stored features, found a damaged'
    ):
        folder.read(IMAGE)
