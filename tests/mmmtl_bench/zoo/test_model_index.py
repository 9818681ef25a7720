from mmmtl_bench.zoo.model_index import IndexEntry, read_index

INDEX = 'Import:\n- a/one.yml\n- two.yml\n'
ONE = """
Models:
- {Name: x, In Collection: MTAN, Config: configs/x.py, Metadata: {Training Data: Cityscapes}}
"""
TWO = """
Models:
- {Name: y, In Collection: Split, Config: configs/y.py, Metadata: {Training Data: NYUv2},
   Weights: 'https://example.org/y.pth'}
"""


def test_the_metafiles_that_the_index_names(tmp_path):
    (tmp_path / 'a').mkdir()
    for name, text in (('model-index.yml', INDEX), ('a/one.yml', ONE), ('two.yml', TWO)):
        (tmp_path / name).write_text(text)
    assert read_index(tmp_path) == {
        'x.py': IndexEntry('MTAN', 'Cityscapes', None),
        'y.py': IndexEntry('Split', 'NYUv2', 'https://example.org/y.pth'),
    }


def test_the_package_s_own():
    entry = read_index()['mtan_segnet_cityscapes7.py']
    assert entry == IndexEntry('MTAN', 'Cityscapes', None)
