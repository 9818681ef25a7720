import csv
from importlib.resources import files

from mmengine.config import Config

from mmmtl_bench.results.published_sources import DATASET_TITLES, SOURCES
from mmmtl_bench.run.protocol import read_protocol


def test_sources_stand_under_their_names():
    assert all(name == source.name for name, source in SOURCES.items())
    assert SOURCES['mtan-cvpr19'].protocols['nyuv2']['resolution'] == '288x384'
    assert SOURCES['mtan-cvpr19'].protocols['cityscapes']['mIoU'] == 'mean over images'
    assert SOURCES['mtan-preprint'].protocols['cityscapes']['epochs'] == '150'


def test_every_data_set_of_the_figures_has_a_title_and_a_protocol():
    text = files('mmmtl_bench.results').joinpath('published_results.csv').read_text()
    for line in csv.DictReader(text.splitlines()):
        assert line['dataset'] in DATASET_TITLES
        assert line['dataset'] in SOURCES[line['source']].protocols


def test_protocols_use_the_words_of_a_run(repository):
    words = {'average'}
    names = ('mtan_segnet_cityscapes7', 'mtan_segnet_nyuv2', 'mtan_wrn28-4_decathlon')
    for name in (f'{name}.py' for name in names):
        words |= set(read_protocol(Config.fromfile(repository / 'configs' / name), (1, 1), 1, 1))
    for source in SOURCES.values():
        for protocol in source.protocols.values():
            assert set(protocol) <= words, source.name
