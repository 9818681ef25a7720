"""Suite files that are wrong: values, names, configs and weightings."""

from __future__ import annotations

import pytest
import yaml

from mmmtl_bench.suite.suite_reading import read_suite
from tests.utils.bad_inputs import Bad, check_refused, written
from tests.utils.suite_values import MTAN, SINGLE, values_of


def suite(*changes, **named):
    def read(folder):
        values = values_of(**named)
        for change in changes:
            values |= change
        text = yaml.safe_dump(values, sort_keys=False)
        read_suite(written(folder, 'suite.yaml', text.encode()))

    return read


def text(content):
    return lambda folder: read_suite(written(folder, 'suite.yaml', content))


def folder_as_suite(folder):
    (folder / 'suite.yaml').mkdir()
    read_suite(folder / 'suite.yaml')


def wrong_config(content, name='own.py'):
    """A suite with a config of one's own."""

    def read(folder):
        path = written(folder, name, content)
        suite(multi_task={'MTAN': path})(folder)

    return read


GONE = FileNotFoundError
TABLE = r'suite\.yaml\.tables\[0\]'
TABLES = {
    'a suite that is empty': (text(b''), r'suite\.yaml: expected values by key, found None'),
    'a suite that is a number': (text(b'7'), 'expected values by key, found 7'),
    'a suite that is no text': (
        text(b'\xff\xfe\x00\xd8'),
        r'suite\.yaml: expected a YAML file in UTF-8',
    ),
    'a suite with a control character': (
        text(b'title: \x01'),
        r'suite\.yaml: not a valid YAML file',
    ),
    'a suite with a tab': (text(b'title:\n\t- a'), r'suite\.yaml: not a valid YAML file'),
    'a suite with a tag of Python': (
        text(b'title: !!python/object/apply:os.system [ls]'),
        r'suite\.yaml: not a valid YAML file',
    ),
    'a suite with an unknown anchor': (
        text(b'title: *none'),
        r'suite\.yaml: not a valid YAML file',
    ),
    'a suite with two documents': (text(b'title: a\n---\ntitle: b'), 'not a valid YAML file'),
    'a suite whose key is a list': (
        text(b'? [a, b]\n: 1'),
        'not a valid YAML file: expected a text',
    ),
    'a suite within itself': (text(b'&a {title: *a}'), r'suite\.yaml'),
    'no title': (suite({'title': None}), r'suite\.yaml\.title: expected a text, found None'),
    'no table': (suite({'tables': None}), r'suite\.yaml\.tables: expected a list, found None'),
    'a table that is a text': (suite({'tables': ['a']}), TABLE + ': expected values by key'),
    'a table without a title': (
        suite({'tables': [{'dataset': 'a'}]}),
        TABLE + ': title is missing',
    ),
    'a table without a data set': (suite({'tables': [{'title': 'a'}]}), 'dataset is missing'),
    'a data set without a letter': (suite(dataset='--'), TABLE + r"\.dataset: The name '--'"),
    'an unknown key of a table': (suite(baselin='x'), TABLE + ': unknown key baselin;.*baseline'),
    'an unknown key of a suite': (suite({'seed': 3}), r'unknown key seed; .* did you mean seeds'),
    'a seed alone': (suite(seeds=3), r'suite\.yaml\.seeds: expected a list, found 3'),
    'no seed': (suite(seeds=[]), r'seeds: expected different integers of at least 0, found \[\]'),
    'a seed twice': (suite(seeds=[1, 1]), r'seeds: expected different integers'),
    'a negative seed': (suite(seeds=[-1]), 'seeds: expected different integers of at least 0'),
    'half a seed': (suite(seeds=[0.5]), 'seeds: expected an integer, found 0.5'),
    'a seed that is true': (suite(seeds=[True]), 'seeds: expected an integer, found True'),
    'a seed in words': (suite(seeds=['one']), "seeds: expected an integer, found 'one'"),
    'an average that is a number': (suite(average=10), r'average: expected a text, found 10'),
    'an average of the first': (suite(average='first'), "average: expected last-K, .* 'first'"),
    'options that are a list': (suite(cfg_options=['a=1']), 'cfg_options: expected values by key'),
    'options by numbers': (
        suite(cfg_options={1: 2}),
        'cfg_options: expected a text as key, found 1',
    ),
    'an option that leads nowhere': (
        suite(cfg_options={'train_cfg.max_epochs.x': 1}),
        'the options do not fit the config',
    ),
    'a weighting that is not there': (
        suite(weightings={'a': 'uncertain'}),
        "no loss weighting 'unc",
    ),
    'a weighting without a type': (suite(weightings={'a': {'temperature': 2}}), 'type is missing'),
    'a weighting that is a number': (suite(weightings={'a': 3}), r'weightings\.a.*found 3'),
    'a weighting with an unknown key': (
        suite(weightings={'a': {'weighting': 'equal', 'cfg_option': {}}}),
        r'weightings\.a: unknown key cfg_option',
    ),
    'a label without a letter': (
        suite(weightings={'?': 'equal'}),
        r'weightings.*must have a letter',
    ),
    'no weighting': (suite(weightings={}), 'there is no loss weighting; name some'),
    'labels that are a list of nothing': (suite({'weightings': []}), 'weightings: expected values'),
    'an entry with an unknown label': (
        suite(multi_task={'MTAN': {'config': MTAN, 'weightings': ['x']}}),
        'unknown label x; the weightings of the suite are equal, dwa',
    ),
    'an entry without a config': (
        suite(multi_task={'MTAN': {}}),
        r'multi_task\.MTAN: config is mis',
    ),
    'an entry that is a list': (suite(multi_task={'MTAN': [MTAN]}), r'multi_task\.MTAN: expected'),
    'entries in a list': (suite(multi_task=[MTAN]), r'multi_task: expected values by key'),
    'a config that is not there': (suite(multi_task={'MTAN': 'no.py'}), "no config file 'no.py'"),
    'a single task of another name': (
        suite(single_task={'One Task': {'seg': SINGLE['depth']}}),
        'expected a config with the task seg alone',
    ),
    'a single task without configs': (
        suite(single_task={'One Task': {}}),
        'expected a config for each',
    ),
    'a single task of many': (suite(single_task={'One Task': {'seg': MTAN}}), 'the task seg alone'),
    'a baseline that is none': (suite(baseline='Two'), r"baseline: .* \(One Task\), found 'Two'"),
    'a published table in words': (
        suite(published={'source': 'mtan-cvpr19', 'table': 'two'}),
        r"published\.table: expected an integer, found 'two'",
    ),
    'a published table without a source': (suite(published={'table': 2}), 'source is missing'),
    'a data set of no kind': (suite(data=[{'path': 'a'}]), 'scenes: expected streets or rooms'),
    'data that are a text': (suite(data='streets'), 'data: expected a list'),
    'a config with a mistake of syntax': (wrong_config(b'model = dict('), r'own\.py'),
    'a config that is empty': (wrong_config(b''), 'needs a model.decode_head'),
    'a config of another kind': (wrong_config(b'model = 3'), 'needs a model.decode_head'),
    'a config with an error': (wrong_config(b'x = 1 / 0'), r'own\.py'),
    'a config without its base': (wrong_config(b"_base_ = ['no.py']"), r'no\.py'),
    'a config of another suffix': (wrong_config(b'model', 'own.txt'), r'own\.txt'),
}
ABSENT = {
    'a weighting that is not there',
    'a config that is not there',
    'a config without its base',
}
ROWS = {
    key: Bad(call, line, GONE if key in ABSENT else ValueError)
    for key, (call, line) in TABLES.items()
} | {
    'a suite that is not there': Bad(
        lambda folder: read_suite(folder / 'a.yaml'), r"no suite file '.*a\.yaml'", GONE
    ),
    'a suite that is a folder': Bad(folder_as_suite, r"suite file '.*suite\.yaml'", GONE),
}


@pytest.mark.parametrize('row', ROWS.values(), ids=ROWS)
def test_what_is_no_suite_is_refused(row, tmp_path):
    check_refused(row, tmp_path)
