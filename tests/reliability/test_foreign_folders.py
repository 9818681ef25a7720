"""A report of a folder that a stranger wrote: what is wrong is named, and nothing is executed."""

from __future__ import annotations

import json
import shutil

import pytest
import yaml

from mmmtl_bench.report.latex import escape_latex, results_latex
from mmmtl_bench.report.markdown import escape_markdown, results_markdown
from mmmtl_bench.report.page import render_page
from mmmtl_bench.results.results import read_results
from mmmtl_bench.suite.suite_reading import read_suite_values
from tests.utils.run_folders import SUITE, write_benchmark

RUN = 'streets7/mtan/equal/seed0'
DEEP = '[' * 100_000


@pytest.fixture(scope='module')
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp('whole')
    write_benchmark(folder)
    return folder


@pytest.fixture
def folder(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / 'runs')


RECORDS = {
    'num_params': ('many', "num_params: expected an integer, found 'many'"),
    'flops': (1.5, 'flops: expected an integer, found 1.5|flops: '),
    'input_size': ([1], 'input_size.1: Field required|input_size'),
    'protocol': ({'epochs': 4}, 'protocol.epochs: expected a text, found 4'),
    'data_hash': ([], r'data_hash: expected values by key, found \[\]'),
    'class_names': ('road', "class_names: expected a list, found 'road'"),
    'class_iou': ([50.0], 'expected as many class_iou and class_share as class_names'),
    'train_seconds': ('long', "train_seconds: expected a number, found 'long'"),
    'versions': ({'torch': None}, 'versions.torch: expected a text, found None'),
    'notes': ([['x']], r"notes.0: expected a text, found \['x'\]"),
    'tasks': ({'seg': 'ClassTask'}, "tasks.seg: expected values by key, found 'ClassTask'"),
    'spec': ('x', "spec: expected values by key, found 'x'"),
}


@pytest.mark.parametrize('key', RECORDS)
def test_a_record_with_a_value_of_another_type(folder, key):
    value, problem = RECORDS[key]
    path = folder / RUN / 'record.json'
    path.write_text(json.dumps({**json.loads(path.read_text()), key: value}))
    with pytest.raises(ValueError, match=rf'{RUN}/record.json: not the .*({problem})') as caught:
        read_results(folder)
    assert '\n' not in str(caught.value)


@pytest.mark.parametrize('content', ['[]', '3', DEEP, '{"a":' * 50_000, '{"tasks": 1' + '0' * 5000])
def test_what_is_no_record(folder, content):
    path = folder / RUN / 'record.json'
    path.write_text(content)
    with pytest.raises(ValueError, match=f'{RUN}/record.json: not the record of a run'):
        read_results(folder)


LOGS = {
    'a list': ('[1]', 'expected values by key, found list'),
    'a number': ('3', 'expected values by key, found int'),
    'lists in lists': (DEEP, 'not the numbers of a run'),
    'an epoch that is a text': (
        '{"iter": 1, "epoch": "x"}',
        "epoch: expected a number of steps or epochs, found 'x'",
    ),
    'an epoch without an end': ('{"iter": 1, "epoch": Infinity}', 'found inf'),
    'an epoch that is none': ('{"iter": 1, "epoch": NaN}', 'found nan'),
    'an epoch that is true': ('{"iter": 1, "epoch": true}', 'found True'),
    'too large a loss': ('{"iter": 1, "epoch": 1, "loss": 1%s}' % ('0' * 400), 'loss: expected a'),
    'too many digits': ('{"iter": 1%s}' % ('0' * 5000), 'not the numbers of a run'),
}


@pytest.mark.parametrize('name', LOGS)
def test_a_log_with_another_line(folder, name):
    line, problem = LOGS[name]
    (path,) = (folder / RUN).glob('*/vis_data/scalars.json')
    path.write_text(f'{line}\n{path.read_text()}')
    with pytest.raises(ValueError, match=rf'scalars.json, line 1: {problem}|line 1: .*{problem}'):
        read_results(folder)


def bomb(width, depth, form='[{}]'):
    lines = ['title: &a0 x']
    for level in range(1, depth):
        items = ', '.join([f'*a{level - 1}'] * width)
        lines.append(f'k{level}: &a{level} {form.format(items)}')
    return '\n'.join(lines)


SUITES = {
    'aliases of aliases': (bomb(9, 9), 'expected at most 20000 values, found more'),
    'merges of merges': (
        'a0: &a0 {x: 1}\n'
        + '\n'.join(f'a{n}: &a{n} {{<<: [{", ".join([f"*a{n - 1}"] * 9)}]}}' for n in range(1, 30)),
        'expected at most 20000 values',
    ),
    'an alias of what it is in': ('title: &a [*a]', 'found one of what it is in'),
    'lists in lists': ('title: ' + '[' * 5000, 'it is nested too deeply'),
    'very many values': ('title: [' + '1,' * 20_000 + '1]', 'expected at most 20000 values'),
    'a call of python': ('!!python/object/apply:os.system ["touch canary"]', 'could not determine'),
    'a name of python': ('title: !!python/name:os.system', 'could not determine a constructor'),
    'a module of python': ('title: !!python/module:antigravity', 'could not determine'),
    'an object of python': ('title: !!python/object/new:os.system [x]', 'could not determine'),
    'a tag of its own': ('title: !x y', 'could not determine a constructor'),
    'a date that is none': ('title: 2001-99-99', 'month must be in 1..12'),
    'a number of many digits': ('seeds: [1%s]' % ('0' * 5000), 'Exceeds the limit'),
}


@pytest.mark.parametrize('name', SUITES)
def test_a_suite_is_bounded_and_no_program(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    content, problem = SUITES[name]
    path = tmp_path / 'suite.yaml'
    path.write_text(content)
    with pytest.raises(ValueError, match=rf'suite\.yaml: not a valid YAML file: .*{problem}'):
        read_suite_values(path)
    assert not (tmp_path / 'canary').exists()


def test_aliases_of_a_usual_suite_are_read(tmp_path):
    path = tmp_path / 'suite.yaml'
    path.write_text('a: &a {x: 1}\nb: {<<: *a, y: 2}\nc: [*a, *a]')
    assert read_suite_values(path)['b'] == {'x': 1, 'y': 2}


def test_a_loss_weighting_is_a_name_and_no_path(folder, tmp_path):
    evil = tmp_path / 'evil.py'
    evil.write_text(f'open({str(tmp_path / "canary")!r}, "w").close()\nloss_weighting = dict()')
    for name in (str(evil.with_suffix('')), f'../../../../../../../..{evil.with_suffix("")}'):
        (folder / 'suite.yaml').write_text(yaml.safe_dump({**SUITE, 'weightings': {'equal': name}}))
        with pytest.raises(FileNotFoundError, match='there is no loss weighting'):
            read_results(folder)
    assert not (tmp_path / 'canary').exists()


def test_the_kind_of_a_task_is_no_module(folder, tmp_path, monkeypatch):
    (tmp_path / 'evil_kind.py').write_text(f'open({str(tmp_path / "canary")!r}, "w").close()')
    monkeypatch.syspath_prepend(str(tmp_path))
    path = folder / RUN / 'record.json'
    tasks = {'seg': {'type': 'evil_kind.Task'}}
    path.write_text(json.dumps({**json.loads(path.read_text()), 'tasks': tasks}))
    (table,) = read_results(folder).tables
    assert any("found 'evil_kind.Task'" in note for note in table.notes)
    assert not (tmp_path / 'canary').exists()


NASTY = (
    'a](javascript:alert(1)) [b](javascript:alert(2)) <script>alert(3)</script>\n'
    '\\input{/etc/passwd} http://a/}\\input{/etc/passwd}\r\\write18{x}\u2028\\end{document} '
    'https://a.org/"onmouseover="x'
)


@pytest.fixture(scope='module')
def nasty(tmp_path_factory):
    """A benchmark whose texts try to be markup."""
    folder = tmp_path_factory.mktemp('nasty')
    specs = write_benchmark(folder).specs()
    (table,) = SUITE['tables']
    suite = {**SUITE, 'title': NASTY, 'description': NASTY, 'tables': [{**table, 'title': NASTY}]}
    (folder / 'suite.yaml').write_text(yaml.safe_dump(suite))
    for spec in specs:
        path = folder / spec.folder / 'record.json'
        record = json.loads(path.read_text())
        record['protocol']['optimizer'] = f'{NASTY} {spec.seed} {spec.architecture}'
        path.write_text(json.dumps(record))
    return read_results(folder)


def test_texts_are_no_latex(nasty):
    page = results_latex(nasty)
    assert page.splitlines()[1].startswith('% a](javascript')
    assert r'\input{' not in '\n'.join(page.splitlines()[2:])
    for line in page.splitlines()[2:]:
        assert r'\write18' not in line
        assert r'\end{document}' not in line
    assert not set(page) & set('\r\u2028\x0b\x0c\x85')
    assert r'\url{http://a/}\}\textbackslash{}input\{' in page


def test_texts_are_no_markdown(nasty):
    page = results_markdown(nasty)
    assert '](javascript:' not in page.replace(r'\]', '')
    assert '<script' not in page.replace(r'\<', '')
    assert page.splitlines()[0].startswith(r'# a\](javascript')


def test_texts_are_no_html(nasty):
    page = render_page(nasty)
    assert '<script>alert' not in page
    assert 'href="javascript' not in page
    assert '"onmouseover="' not in page


@pytest.mark.parametrize(
    ('text', 'latex', 'markdown'),
    [
        ('[1cm]', '{[}1cm]', r'\[1cm\]'),
        ('*', '{*}', r'\*'),
        ('a\n\n# b', r'a \# b', 'a # b'),
        ('http://a/%5C', r'\url{http://a/}\%5C', 'http://a/%5C'),
        ('http://a/#x', r'\url{http://a/}\#x', 'http://a/#x'),
        ('![x](y)', '!{[}x](y)', r'!\[x\](y)'),
    ],
)
def test_a_text_is_what_it_says(text, latex, markdown):
    assert escape_latex(text) == latex
    assert escape_markdown(text) == markdown
