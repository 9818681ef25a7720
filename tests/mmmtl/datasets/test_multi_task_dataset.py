import cv2
import numpy as np
import pytest
import torch

from mmmtl.datasets import MultiTaskDataset

PREFIX = dict(img_path='images', seg_map_path='ids', depth_map_path='depth')
CLASSES = dict(classes=('a', 'b', 'c'), palette=[[1, 1, 1], [2, 2, 2], [3, 3, 3]])
PIPELINE = [
    dict(type='LoadMultiTaskImage'),
    dict(type='LoadMultiTaskAnnotations'),
    dict(type='PackMultiTaskInputs'),
]


@pytest.fixture
def root(tmp_path):
    for folder in ('images/sub', 'ids/sub', 'depth/sub'):
        (tmp_path / folder).mkdir(parents=True)
    for index, name in enumerate(('z', 'sub/a')):
        cv2.imwrite(str(tmp_path / f'images/{name}.jpg'), np.full((4, 6, 3), index, np.uint8))
        cv2.imwrite(str(tmp_path / f'ids/{name}.png'), np.full((4, 6), index + 1, np.uint8))
        np.save(tmp_path / f'depth/{name}.npy', np.full((4, 6, 1), index + 0.5))
    return tmp_path


def dataset(root, **settings):
    defaults = dict(
        tasks=['seg', 'depth'],
        data_root=str(root),
        data_prefix=PREFIX,
        metainfo=CLASSES,
        pipeline=PIPELINE,
    )
    return MultiTaskDataset(**{**defaults, **settings})


def test_an_image_is_joined_to_the_labels_of_each_task(root):
    data = dataset(root)
    assert len(data) == 2
    assert data.metainfo['depth_unit'] == 'depth'
    sample = data[0]['data_samples']  # names are sorted: sub/a, z
    assert sample.img_path == str(root / 'images/sub/a.jpg')
    assert sample.depth_map_path == str(root / 'depth/sub/a.npy')
    assert sample.ori_shape == sample.img_shape == (4, 6)
    assert sample.gt_sem_seg.data.unique().tolist() == [2]
    assert sample.gt_depth_map.data.unique().tolist() == [1.5]
    assert tuple(data[0]['inputs'].shape) == (3, 4, 6)


def test_only_the_named_tasks_are_read(root):
    data = dataset(root, tasks=['depth'], metainfo=None, test_mode=True)
    assert 'gt_sem_seg' not in data[0]['data_samples']
    assert 'gt_depth_map' in data[0]['data_samples']


def test_names_from_a_file_and_indices(root):
    (root / 'names.txt').write_text('z\n\n')
    assert len(dataset(root, ann_file='names.txt')) == 1
    assert dataset(root, ann_file='names.txt')[0]['data_samples'].img_path.endswith('images/z.jpg')
    assert len(dataset(root, indices=1)) == 1
    (root / 'names.txt').write_text('z\nmissing\n')
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*images/missing.jpg'):
        dataset(root, ann_file='names.txt')
    with pytest.raises(FileNotFoundError, match=r'ann_file .*nowhere.txt does not exist'):
        dataset(root, ann_file='nowhere.txt')


def test_zero_can_be_ignored_as_in_mmseg(root):
    assert dataset(root, reduce_zero_label=True)[1]['data_samples'].gt_sem_seg.data[0, 0, 0] == 0
    zero = cv2.imread(str(root / 'ids/z.png'), cv2.IMREAD_UNCHANGED) * 0
    cv2.imwrite(str(root / 'ids/z.png'), zero)
    assert dataset(root, reduce_zero_label=True)[1]['data_samples'].gt_sem_seg.data[0, 0, 0] == 255


def test_a_subset_of_classes_is_mapped_as_in_mmseg(root):
    class Three(MultiTaskDataset):
        METAINFO = dict(CLASSES)

    data = Three(
        tasks=['seg'],
        data_root=str(root),
        data_prefix=PREFIX,
        metainfo=dict(classes=('c',)),
        pipeline=PIPELINE,
    )
    ids = [data[i]['data_samples'].gt_sem_seg.data[0, 0, 0].item() for i in range(2)]
    assert ids == [0, 255]  # 'c' is the only class left, 'b' is ignored
    assert data.metainfo['palette'] == [[3, 3, 3]]


def test_an_image_may_lack_a_label_where_that_is_said(root):
    (root / 'depth/z.npy').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*depth/z.npy'):
        dataset(root)
    data = dataset(root, partly_labelled=['depth'])
    with_depth, without = (data[index]['data_samples'] for index in range(2))
    assert 'depth_map_path' in with_depth.metainfo
    assert with_depth.gt_depth_map.data.any()
    assert 'depth_map_path' not in without.metainfo
    assert without.gt_depth_map.data.shape == without.gt_sem_seg.data.shape
    assert without.gt_depth_map.data.dtype == torch.float32
    assert not without.gt_depth_map.data.any()
    assert without.gt_sem_seg.data.unique().tolist() == [1]
    (root / 'depth/sub/a.npy').unlink()
    with pytest.raises(FileNotFoundError, match=r'2 missing file\(s\)'):  # a wrong suffix, perhaps
        dataset(root, partly_labelled=['depth'])
    with pytest.raises(ValueError, match=r"partly_labelled: .*found \['normal'\]"):
        dataset(root, partly_labelled=['normal'])


def test_an_image_may_lack_every_label(root):
    for path in ('depth/z.npy', 'ids/z.png'):
        (root / path).unlink()
    labelled, bare = (
        item['data_samples'] for item in dataset(root, partly_labelled=['depth', 'seg'])
    )
    assert labelled.gt_sem_seg.data.unique().tolist() == [2]
    assert bare.gt_sem_seg.data.unique().tolist() == [255]
    assert bare.gt_depth_map.data.unique().tolist() == [0]


def test_a_reader_can_be_given(root):
    reader = dict(type='IdMapReader', table={1: 0, 2: 255})
    data = dataset(root, label_readers=dict(seg=reader), label_suffix=dict(seg='.png'))
    assert data[0]['data_samples'].gt_sem_seg.data[0, 0, 0] == 255


def test_what_is_missing_is_named(root):
    (root / 'depth/sub/a.npy').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 missing file\(s\): .*depth/sub/a.npy\.'):
        dataset(root)
    with pytest.raises(FileNotFoundError, match=r'missing folder\(s\) .*nowhere\.'):
        dataset(root, data_prefix={**PREFIX, 'depth_map_path': 'nowhere'})
    with pytest.raises(ValueError, match=r'empty split, expected images \*.tif'):
        dataset(root, img_suffix='.tif')


@pytest.mark.parametrize(
    ('settings', 'reason'),
    [
        (dict(tasks=['seg', 'depht']), "Unknown task 'depht'"),
        (dict(tasks='seg'), 'tasks: expected a list of names'),
        (dict(tasks=[]), 'at least one task'),
        (dict(data_prefix=dict(img_path='images')), r"data_prefix.*\['seg_map_path'"),
        (dict(label_suffix=dict(normal='.npy')), r"label_suffix.*found \['normal'\]"),
        (dict(label_readers=dict(normal={})), r"label_readers.*found \['normal'\]"),
        (dict(depth_unit='feet'), "depth_unit 'feet'"),
        (dict(metainfo=None), 'metainfo needs `classes`'),
    ],
)
def test_wrong_arguments_are_named(root, settings, reason):
    with pytest.raises(ValueError, match=reason):
        dataset(root, **settings)


def test_labels_of_another_size_than_the_image_are_named(root):
    cv2.imwrite(str(root / 'ids/z.png'), np.zeros((4, 5), np.uint8))
    with pytest.raises(ValueError, match=r'ids/z.png: the seg label is 4x5 .* z?.*is 4x6'):
        dataset(root)[1]


def test_a_label_without_its_image_is_named_or_counted(root, monkeypatch):
    (root / 'images/z.jpg').unlink()
    with pytest.raises(FileNotFoundError, match=r'1 label\(s\) of seg without an .*: .*ids/z'):
        dataset(root)
    said = []
    monkeypatch.setattr(
        'mmmtl.datasets.multi_task_dataset.print_log', lambda text, **_: said.append(text)
    )
    assert len(dataset(root, skip_unpaired_labels=True)) == 1
    assert [text.split(' without')[0] for text in said] == [
        'MultiTaskDataset: 1 label(s) of seg',
        'MultiTaskDataset: 1 label(s) of depth',
    ]
    (root / 'names.txt').write_bytes(b'\xef\xbb\xbfsub/a\r\n')
    assert len(dataset(root, ann_file='names.txt')) == 1


def test_suffixes_of_any_case_belong_together(root):
    (root / 'images/z.jpg').rename(root / 'images/z.JPG')
    (root / 'ids/sub/a.png').rename(root / 'ids/sub/a.PNG')
    data = dataset(root)
    assert [data.get_data_info(index)['img_path'][-3:] for index in range(2)] == ['jpg', 'JPG']
    assert data[1]['data_samples'].gt_sem_seg.data.unique().tolist() == [1]


def test_integer_depths_need_a_scale_from_the_config(root):
    for name, millimetres in (('z', 500), ('sub/a', 1500)):
        cv2.imwrite(str(root / f'depth/{name}.png'), np.full((4, 6), millimetres, np.uint16))
    settings = dict(label_suffix=dict(depth='.png'))
    with pytest.raises(ValueError, match='depth label: .*a.png: expected the scale of integers'):
        dataset(root, **settings)[0]
    settings['label_readers'] = dict(depth=dict(type='ScalarReader', scale=0.001))
    data = dataset(root, **settings)
    assert [data[i]['data_samples'].gt_depth_map.data.max().item() for i in range(2)] == [1.5, 0.5]
