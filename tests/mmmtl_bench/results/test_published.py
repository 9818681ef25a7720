import csv
from importlib.resources import files

import pytest

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.evaluation import decathlon_score, higher_is_better
from mmmtl_bench.results.published import find_published_table
from mmmtl_bench.results.published_sources import SOURCES


def test_table_2_of_the_cvpr_paper():
    table = find_published_table('mtan-cvpr19', 2, 7)
    assert table.title == 'End-to-End Multi-Task Learning with Attention (CVPR 2019), Table 2'
    assert (table.dataset, table.num_classes, len(table.rows)) == ('cityscapes', 7, 17)
    row = table.find('MTAN', 'dwa (T=2)')
    assert row.params_ratio == 1.65
    assert row.metrics == {
        'seg/mIoU': 53.29,
        'seg/aAcc': 91.09,
        'depth/abs_err': 0.0144,
        'depth/rel_err': 34.14,
    }
    assert table.find('One Task', None).printed['params_ratio'] == '2'
    assert table.find('STAN', None).printed['seg/mIoU'] == '51.90'
    assert table.find('MTAN', 'fixed') is None
    assert table.protocol['batch size'] == '8'
    assert table.protocol['classes'] == '7'


def test_table_3_of_the_cvpr_paper_has_normals():
    table = find_published_table('mtan-cvpr19', 3)
    assert table.dataset == 'nyuv2'
    assert table.find('MTAN', 'equal').metrics['normal/11.25'] == 23.17
    assert table.find('MTAN', 'equal').metrics['normal/mean'] == 31.44
    assert table.protocol['resolution'] == '288x384'


def test_table_4_of_the_cvpr_paper_agrees_with_itself():
    table = find_published_table('mtan-cvpr19', 4)
    assert (table.dataset, table.num_classes, len(table.rows)) == ('decathlon', 3128, 8)
    assert sum(domain.classes for domain in DOMAINS.values()) == 3128
    assert table.find('MTAN', 'equal').params_ratio == 1.74
    for row in table.rows:
        accuracies = {
            name: row.metrics[f'{domain.task}/accuracy'] for name, domain in DOMAINS.items()
        }
        # The accuracies are rounded to 0.01.
        assert row.metrics['decathlon/score'] == pytest.approx(decathlon_score(accuracies), abs=3)
        mean = sum(accuracies.values()) / 10
        assert row.metrics['decathlon/accuracy'] == pytest.approx(mean, abs=0.011)


def test_a_table_on_several_data_sets_needs_the_number_of_classes():
    assert find_published_table('mtan-preprint', 3) is None
    assert find_published_table('mtan-preprint', 3, 7) is None
    assert [
        find_published_table('mtan-preprint', 3, classes)
        .find('MTAN-SegNet', 'equal')
        .metrics['seg/mIoU']
        for classes in (2, 19)
    ] == [81.12, 28.43]


def test_a_line_without_weighting_stands_for_all():
    table = find_published_table('mtunet', 2)
    assert table.find('MTAN', 'equal') == table.find('MTAN', None)
    assert table.find('MT-UNet', 'equal') is None
    assert table.find('MT-UNet', 'learnable').params_ratio is None


def test_figures_of_several_papers_have_no_number_of_a_table():
    table = find_published_table('pascal-context-decoders', None)
    assert table.title == 'Decoders of the field on PASCAL-Context'
    assert (table.dataset, table.num_classes, len(table.rows)) == ('pascal-context', 21, 4)
    assert table.find('MLoRE, ViT-L', 'equal').printed == {
        'seg/mIoU': '81.41',
        'parts/mIoU': '70.52',
        'saliency/maxF': '84.90',
        'normal/mean': '13.51',
        'edge/odsF': '75.42',
        'params_ratio': '',
    }
    table = find_published_table('nyud-decoders', None, 40)
    assert table.find('ATRC', None).metrics == {
        'seg/mIoU': 46.33,
        'depth/rmse': 0.5363,
        'normal/mean': 20.18,
        'edge/odsF': 77.94,
    }
    named = [row.architecture.partition(',')[0] for row in table.rows]
    assert [note.partition(':')[0] for note in table.source.notes] == ['InvPT', 'ATRC', 'MLoRE']
    assert set(named) == {'InvPT', 'ATRC', 'MLoRE'}


@pytest.mark.parametrize(
    ('source', 'number', 'message'),
    [
        ('mtan', 2, 'source: expected one of mtan-preprint, mtan-cvpr19, mtunet, .*, found'),
        ('mtan-cvpr19', 7, "table: expected 2 or 3 or 4 of 'mtan-cvpr19', found 7"),
        ('mtan-cvpr19', None, "table: expected 2 or 3 or 4 of 'mtan-cvpr19', found none"),
        ('nyud-decoders', 2, "table: expected none of 'nyud-decoders', found 2"),
    ],
)
def test_what_was_not_published(source, number, message):
    with pytest.raises(ValueError, match=message):
        find_published_table(source, number)


def test_every_column_is_a_metric_with_a_direction_and_every_source_is_described():
    text = files('mmmtl_bench.results').joinpath('published_results.csv').read_text()
    lines = list(csv.DictReader(text.splitlines()))
    metrics = [key for key in lines[0] if '/' in key]
    assert len(metrics) == 25
    assert all(higher_is_better(key) is not None for key in metrics)
    assert {line['source'] for line in lines} == set(SOURCES)
    assert {(line['source'], line['dataset']) for line in lines} == {
        (source.name, dataset) for source in SOURCES.values() for dataset in source.protocols
    }
