import numpy as np
import pytest
import torch

from mmmtl.datasets import PascalContextMultiTaskDataset
from mmmtl.datasets.pascal_labels import PASCAL_CLASSES
from mmmtl.tasks import BoundaryTask
from tests.utils.field_folders import PERSON, PIPELINE, save_image, write_pascal


def make(root, **options):
    return PascalContextMultiTaskDataset(data_root=str(root), pipeline=PIPELINE, **options)


@pytest.fixture
def root(tmp_path):
    write_pascal(tmp_path)
    return tmp_path


def test_the_files_of_the_layout(root):
    data = make(root)
    assert len(data) == 2
    assert len(make(root, split='val')) == 1
    assert list(data.tasks) == ['seg', 'parts', 'saliency', 'normal', 'edge']
    assert isinstance(data.tasks['edge'], BoundaryTask)
    assert data.metainfo['classes'] == PASCAL_CLASSES.classes
    assert len(data.tasks['parts'].classes) == 7
    sample = data[0]['data_samples']
    person = torch.from_numpy(PERSON)

    expected = torch.where(person, 15, 0)
    expected[0] = 255
    assert torch.equal(sample.gt_sem_seg.data[0].long(), expected)
    assert sample.gt_parts.data[0, 2:10, 4:8].tolist() == [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [3, 2, 2, 0],
        [4, 2, 2, 4],
        [5, 5, 0, 0],
        [5, 5, 0, 0],
        [0, 0, 6, 6],
        [0, 0, 6, 6],
    ]
    assert not sample.gt_parts.data[0][~person].any()
    assert sample.gt_saliency.data[0].sum(dim=1).tolist() == [0] * 3 + [16] * 3 + [0] * 6
    valid = data.tasks['normal'].valid_mask(sample.gt_normal_map.data)[0]
    assert torch.equal(valid, person)  # the sky has no normals in NYU
    assert (sample.gt_normal_map.data[2][person] < -0.999).all()
    edge = sample.gt_edge.data[0] == 1
    ring = torch.zeros_like(person)
    ring[1:11, 3:9] = True
    ring[3:9, 5:7] = False
    assert edge.any()
    assert not edge[~ring].any()


def test_an_image_without_people_has_no_label_of_parts(root):
    data = make(root)
    sample = data[1]['data_samples']
    assert not data.tasks['parts'].valid_mask(sample.gt_parts.data).any()
    assert (sample.gt_sem_seg.data == 15).any()  # of the other folder


def test_the_classes_of_voc_come_before_those_of_context(root):
    save_image(root / 'semseg/pascal-context/a.png', np.full(PERSON.shape, 3))
    assert not (make(root)[0]['data_samples'].gt_sem_seg.data == 3).any()
    (root / 'semseg/pascal-context').rename(root / 'elsewhere')
    with pytest.raises(FileNotFoundError, match=r'missing file.*semseg/VOC12/b\.png'):
        make(root)
    assert len(make(root, split='val')) == 1


@pytest.mark.parametrize(
    ('folder', 'task'),
    [('human_parts', 'parts'), ('sal_distill', 'saliency'), ('normals_distill', 'normal')],
)
def test_what_a_folder_lacks_is_named_with_where_it_comes_from(root, folder, task):
    (root / folder).rename(root / 'elsewhere')
    said = f'{folder}\\.\n.*distributed(.|\n)*{folder}(.|\n)*--format pascal'
    with pytest.raises(FileNotFoundError, match=said):
        make(root)
    others = [name for name in PascalContextMultiTaskDataset.own_tasks if name != task]
    assert len(make(root, tasks=others)) == 2


def test_an_id_without_a_file_is_named(root):
    (root / 'human_parts/b.mat').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*human_parts/b\.mat'):
        make(root)
    data = make(root, partly_labelled=['parts'])
    assert (data[1]['data_samples'].gt_parts.data == 255).all()


@pytest.mark.parametrize('size', [0, 60, 200])
@pytest.mark.parametrize(
    ('file', 'task'), [('human_parts/a.mat', 'parts'), ('pascal-context/trainval/a.mat', 'edge')]
)
def test_a_file_cut_short_is_named(root, file, task, size):
    content = (root / file).read_bytes()
    (root / file).write_bytes(content[:size])
    with pytest.raises(ValueError, match=f'{task} label: .*{file}: (truncated|expected)') as error:
        make(root, tasks=[task])[0]
    assert '\n' not in str(error.value)


def test_the_lists_of_classes_are_asked_for(root):
    (root / 'db_info/nyu_classes.json').unlink()
    with pytest.raises(FileNotFoundError, match=r'nyu_classes\.json: no such file\. It comes with'):
        make(root)[0]
    assert make(root, tasks=['seg'])[0]


def test_decoded_samples_are_kept(root):
    plain, cached = make(root), make(root, cache=True)
    for _ in range(2):
        for index in range(2):
            one, other = (data[index]['data_samples'] for data in (plain, cached))
            for task in plain.tasks.values():
                assert torch.equal(one.get(task.gt_field).data, other.get(task.gt_field).data)


def test_own_definitions_have_the_readers_of_the_layout(root):
    data = make(root, tasks=dict(edge=dict(type='BinaryTask'), seg=dict(type='ClassTask')))
    assert (data[0]['data_samples'].gt_edge.data == 1).any()
