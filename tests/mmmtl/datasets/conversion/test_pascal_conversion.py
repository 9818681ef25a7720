import numpy as np
import pytest
from PIL import Image

from mmmtl.datasets import PascalContextMultiTaskDataset
from mmmtl.datasets.conversion import PascalConversion, compare_pascal
from mmmtl.datasets.conversion.pascal_conversion import convert_image, sources
from mmmtl.datasets.readers import PersonPartsReader
from tests.utils.field_folders import SIZE, write_pascal
from tests.utils.killed import write_half_and_die

FOLDERS = ('parts', 'label_maps', 'edges')


@pytest.fixture
def root(tmp_path):
    write_pascal(tmp_path)
    return tmp_path


def converted(root):
    return {
        str(path.relative_to(root / 'converted')): path.read_bytes()
        for path in sorted((root / 'converted').rglob('*'))
        if path.is_file()
    }


def test_each_slow_file_becomes_a_picture(root):
    assert PascalConversion(root).run(workers=1, progress=False) == []
    assert set(converted(root)) == {f'{f}/{name}.png' for f in FOLDERS for name in 'abc'}
    with Image.open(root / 'converted/label_maps/a.png') as picture:
        assert set(np.unique(picture).tolist()) == {284, 300}
    with Image.open(root / 'converted/parts/b.png') as picture:  # without people
        assert (np.asarray(picture) == 255).all()
    assert compare_pascal(root, 2, progress=False).different == []


@pytest.mark.parametrize('merging', [4, 6, 24])
def test_every_merging_is_read_from_the_same_files(root, merging):
    for name in 'ab':
        assert convert_image(root, name) == []
        path, info = str(root / f'human_parts/{name}.mat'), dict(ori_shape=SIZE)
        plain = PersonPartsReader(merging)(path, info)
        fast = PersonPartsReader(merging, converted=str(root / 'converted'))(path, info)
        np.testing.assert_array_equal(fast, plain)
        assert fast.dtype == plain.dtype


def test_suffixes_in_capitals(root):
    """As a data set reads them."""
    for folder in ('JPEGImages', 'human_parts', 'pascal-context/trainval'):
        for path in (root / folder).iterdir():
            path.rename(path.with_suffix(path.suffix.upper()))
    assert PascalConversion(root).run(workers=1, progress=False) == []
    assert set(converted(root)) == {f'{f}/{name}.png' for f in FOLDERS for name in 'abc'}
    assert compare_pascal(root, 2, progress=False).different == []


def test_the_data_set_reads_what_there_is(root, monkeypatch):
    """Part of a conversion, as a killed one leaves it, and an annotation that has changed."""
    convert_image(root, 'a')
    (root / 'converted/edges/a.png').unlink()
    names = []
    for _, maps in sources(root, 'a'):
        monkeypatch.setitem(maps.compute.__globals__, 'decode_mat', counting(names, maps))
    pipeline = [dict(type='LoadMultiTaskImage'), dict(type='LoadMultiTaskAnnotations')]
    data = PascalContextMultiTaskDataset(data_root=str(root), pipeline=pipeline)
    data[0]
    assert set(names) == {'LabelMap'}  # of the edges of a
    data[1]
    assert set(names) == {'LabelMap', 'anno'}


def counting(names, maps):
    decode = maps.compute.__globals__['decode_mat']

    def count(content, path, key):
        names.append(key)
        return decode(content, path, key)

    return count


def test_a_file_of_another_set_is_not_read(root, tmp_path_factory):
    """The whole folder was copied from a set of the same names."""
    other = tmp_path_factory.mktemp('other')
    write_pascal(other)
    for folder, names in (('human_parts', 'ab'), ('pascal-context/trainval', 'ac')):
        one, two = (other / folder / f'{name}.mat' for name in names)
        one_content, two_content = one.read_bytes(), two.read_bytes()
        one.write_bytes(two_content)
        two.write_bytes(one_content)
    PascalConversion(other).run(workers=1, progress=False)
    (other / 'converted').rename(root / 'converted')
    assert compare_pascal(root, 2, progress=False).different == []


def test_the_size_is_that_of_the_blocks(root):
    conversion = PascalConversion(root)
    assert conversion.disk_size() == 9 * 4096
    assert not (root / 'converted').exists()


def test_what_is_broken_or_missing_is_named_and_the_others_go_on(root):
    path = root / 'human_parts/a.mat'
    path.write_bytes(path.read_bytes()[:200])
    (root / 'pascal-context/trainval/b.mat').unlink()
    (root / 'JPEGImages/c.jpg').write_bytes(b'none')
    conversion = PascalConversion(root)
    wrong = conversion.run(workers=1, progress=False)
    assert len(wrong) == 3
    for line, named in zip(
        wrong, ('human_parts/a.mat: trunc', 'b.mat: no such', 'c.jpg: '), strict=True
    ):
        assert named in line
        assert '\n' not in line
    assert set(converted(root)) == {'label_maps/a.png', 'edges/a.png', 'parts/b.png'}
    assert conversion.disk_size() == 9 * 4096


def test_a_second_run_fills_what_is_missing(root):
    PascalConversion(root).run(workers=1, progress=False)
    whole = converted(root)
    stamp = (root / 'converted/parts/b.png').stat().st_mtime_ns
    (root / 'converted/parts/a.png').unlink()
    write_half_and_die(root / 'converted/parts/a.png')
    (root / 'converted/edges/a.png').write_bytes(whole['edges/a.png'][:30])
    assert PascalConversion(root).run(workers=1, progress=False) == []
    found = {name: content for name, content in converted(root).items() if '.tmp' not in name}
    assert found == whole
    assert (root / 'converted/parts/b.png').stat().st_mtime_ns == stamp


def test_mistakes(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'Context/train\.txt: no such file'):
        PascalConversion(tmp_path)
    write_pascal(tmp_path)
    with pytest.raises(ValueError, match='workers: expected at least 1, found 0'):
        PascalConversion(tmp_path).run(0)
    for split in ('train', 'val'):
        (tmp_path / f'ImageSets/Context/{split}.txt').write_text('\n')
    with pytest.raises(ValueError, match=r'train\.txt: expected names of images, found none'):
        PascalConversion(tmp_path)
