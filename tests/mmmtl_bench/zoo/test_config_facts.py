from mmmtl.apis.launch import load_config
from mmmtl_bench.zoo.config_facts import config_facts
from mmmtl_bench.zoo.model_index import IndexEntry
from tests.utils.paths import CONFIGS


def facts(name, entry=None):
    return config_facts(load_config(CONFIGS / f'{name}.py'), entry)


def test_what_the_index_and_the_config_say():
    found = facts('mtan_segnet_streets5', IndexEntry('MTAN', 'Streets', 'https://example.org/a'))
    assert found == dict(
        method='MTAN',
        data='Streets',
        tasks=[
            'category segmentation (7 classes)',
            'label segmentation (19 classes)',
            'edge',
            'inverse depth',
            'surface normals',
        ],
        backbone='SegNet (16 to 64 channels)',
        weights='https://example.org/a',
    )


def test_a_config_that_is_not_in_the_index():
    found = facts('segnet_cityscapes7-depth')
    assert found['data'] == 'CityscapesMultiTaskDataset'
    assert found['tasks'] == ['inverse depth']  # the unit is the data set's
    assert (found['method'], found['weights']) == (None, None)


def test_several_sets_of_a_kind_are_named_once():
    found = facts('mtan_segnet_camvid-hololens')
    assert found['data'] == 'MultiTaskDataset'
    assert found['tasks'] == ['semantic segmentation (11 classes)', 'depth']
