from collections import Counter

import pytest

from mmmtl.datasets import NYUDMultiTaskDataset, PascalContextMultiTaskDataset
from mmmtl.tasks import DEPTH, SEG
from tests.utils.field_folders import PIPELINE, save_image, save_list, write_nyud, write_pascal


def kept(data):
    """The task of which each sample has a label."""
    names = []
    for index in range(len(data)):
        info = data.get_data_info(index)
        found = [name for name, task in data.tasks.items() if task.path_key in info]
        assert len(found) == 1
        names.append(found[0])
    return names


def many(root, count=40):
    """The folder with many names for one image."""
    write_nyud(root)
    names = [f'{number:04}' for number in range(1, count + 1)]
    save_list(root / 'gt_sets/train.txt', names)
    for folder, end in (
        ('images', 'png'), ('segmentation', 'png'), ('depth', 'npy'), ('normals', 'png'),
        ('edge', 'png'),
    ):  # fmt: skip
        content = (root / folder / f'0001.{end}').read_bytes()
        for name in names:
            (root / folder / f'{name}.{end}').write_bytes(content)


def test_one_label_an_image_drawn_for_its_name(tmp_path):
    many(tmp_path)
    data = NYUDMultiTaskDataset(data_root=str(tmp_path), one_label=True, pipeline=PIPELINE)
    drawn = kept(data)
    assert min(Counter(drawn).values()) >= 4
    assert len(set(drawn)) == 4
    again = NYUDMultiTaskDataset(data_root=str(tmp_path), one_label=True)
    assert kept(again) == drawn
    other = NYUDMultiTaskDataset(data_root=str(tmp_path), one_label=True, one_label_seed=1)
    assert kept(other) != drawn
    save_list(tmp_path / 'gt_sets/train.txt', ['0007'])  # whatever else is in the list
    part = NYUDMultiTaskDataset(data_root=str(tmp_path), one_label=True)
    assert kept(part) == [drawn[6]]
    image = tmp_path / 'images/0007.png'
    image.rename(image.with_suffix('.PNG'))
    assert kept(NYUDMultiTaskDataset(data_root=str(tmp_path), one_label=True)) == [drawn[6]]


def test_the_other_labels_are_maps_without_a_valid_pixel(tmp_path):
    many(tmp_path, count=4)
    data = NYUDMultiTaskDataset(data_root=str(tmp_path), one_label=True, pipeline=PIPELINE)
    for index, name in enumerate(kept(data)):
        sample = data[index]['data_samples']
        for task in data.tasks.values():
            valid = task.valid_mask(sample.get(task.gt_field).data)
            assert valid.any() == (task.name == name)


def test_known_tasks_and_those_of_the_benchmark(tmp_path):
    write_nyud(tmp_path)
    root = str(tmp_path)
    assert NYUDMultiTaskDataset(data_root=root, tasks=['seg', 'depth']).tasks['depth'] != DEPTH
    assert list(NYUDMultiTaskDataset(data_root=root, tasks=dict(seg=SEG)).tasks) == ['seg']
    with pytest.raises(ValueError, match="Unknown task 'parts'"):
        NYUDMultiTaskDataset(data_root=root, tasks=['seg', 'parts'])
    with pytest.raises(ValueError, match='expected at least one task'):
        NYUDMultiTaskDataset(data_root=root, tasks=[])


def test_other_folders_and_lists(tmp_path):
    write_nyud(tmp_path)
    (tmp_path / 'edge').rename(tmp_path / 'outlines')
    save_list(tmp_path / 'few.txt', ['0003'])
    data = NYUDMultiTaskDataset(
        data_root=str(tmp_path), data_prefix=dict(edge_map_path='outlines'), ann_file='few.txt'
    )
    assert len(data) == 1


def test_a_task_more(tmp_path):
    write_pascal(tmp_path)
    for name in 'ab':
        save_image(tmp_path / f'sky/{name}.png', [[1] * 16] * 12)
    own = PascalContextMultiTaskDataset.own_tasks
    data = PascalContextMultiTaskDataset(
        data_root=str(tmp_path),
        tasks={**own, 'sky': dict(type='BinaryTask')},
        data_prefix=dict(sky_map_path='sky'),
        pipeline=PIPELINE,
    )
    assert (data[0]['data_samples'].gt_sky.data == 1).all()


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(split='test'), r"split: expected one of \('train', 'val'\), found 'test'"),
        (dict(one_label='no'), "one_label: expected True or False, found 'no'"),
        (dict(one_label_seed='1'), "one_label_seed: .* found '1'"),
        (dict(one_label_seed=-1), 'one_label_seed: expected a number from 0 on, found -1'),
        (dict(metainfo=dict(classes=['wall', 'moon'])), r"found \['moon'\]"),
    ],
)
def test_mistakes_in_the_config(tmp_path, options, message):
    write_nyud(tmp_path)
    with pytest.raises(ValueError, match=message):
        NYUDMultiTaskDataset(data_root=str(tmp_path), **options)
