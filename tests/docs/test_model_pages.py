"""Every architecture has a page, which says what is so."""

import json
import re
from argparse import ArgumentParser

import pytest
from mmengine.config import DictAction
from mmseg.registry import MODELS

from mmmtl.apis.launch import load_config
from mmmtl_bench.zoo.diagrams.gallery import OVERVIEW, PICTURES
from mmmtl_bench.zoo.model_pages import MARKS, PAGES, page_table
from mmmtl_bench.zoo.zoo_tables import put_into_page
from tests.utils.doc_pages import read_blocks, run_command, split_commands
from tests.utils.paths import DOCS, REPOSITORY

FOLDER = DOCS / 'models'
FILES = {path.stem: path for path in sorted(FOLDER.glob('*.md'))}
TEXTS = {name: path.read_text(encoding='utf-8') for name, path in FILES.items()}
LINK = re.compile(r'\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)')


def commands_of(name):
    blocks = [block for block in read_blocks(f'models/{name}.md') if block.language == 'bash']
    return [words for block in blocks for words in split_commands(block.code)]


def anchors_of(path):
    text = re.sub(r'```.*?```', '', path.read_text(encoding='utf-8'), flags=re.DOTALL)
    heads = re.findall(r'^#+ (.*)$', text, flags=re.MULTILINE)
    return {re.sub(r'[^\w -]', '', head).lower().replace(' ', '-') for head in heads}


def test_there_is_a_page_for_each_architecture_and_the_index_names_all():
    assert set(FILES) == {*PAGES, 'index'}
    linked = {page for page, _ in LINK.findall(TEXTS['index'])}
    assert {f'{page}.md' for page in PAGES} <= linked
    tables = (DOCS / 'architectures.md').read_text(encoding='utf-8')
    assert all(f'](models/{page}.md)' in tables for page in [*PAGES, 'index'])


@pytest.mark.parametrize('name', PAGES)
def test_the_table_is_that_of_the_model_zoo(name):
    found = json.loads((DOCS / 'model_zoo.json').read_text(encoding='utf-8'))
    assert put_into_page(FILES[name], page_table(found, name), *MARKS) == TEXTS[name]


def test_every_picture_is_on_a_page():
    shown = re.findall(r'^!\[.+\]\(\.\./images/models/(\w+)\.svg\)$', '\n'.join(TEXTS.values()),
                       flags=re.MULTILINE)  # fmt: skip
    assert sorted(shown) == sorted([*PICTURES, OVERVIEW])


@pytest.mark.parametrize('name', FILES)
def test_links_lead_somewhere(name):
    for target, anchor in LINK.findall(TEXTS[name]):
        path = (FOLDER / target).resolve() if target else FILES[name]
        assert path.is_file(), target
        assert not anchor or anchor in anchors_of(path), f'{target}#{anchor}'


@pytest.mark.parametrize('name', PAGES)
def test_parts_are_components_of_their_files(name):
    _, _, parts = TEXTS[name].partition('\n## Parts\n')
    named = re.findall(r'\[(\w+)\]\(\.\./\.\./(mmmtl/\S+\.py)\)', parts)
    assert named
    for part, file in named:
        source = (REPOSITORY / file).read_text(encoding='utf-8')
        assert f'\nclass {part}(' in source or f'\n{part} = ' in source
        assert part in MODELS or '/units/' in file


@pytest.mark.parametrize('name', FILES)
def test_formulas_are_closed(name):
    prose = re.sub(r'```.*?```', '', TEXTS[name], flags=re.DOTALL)
    inline = [line for part in prose.split('$$')[::2] for line in part.splitlines()]
    assert prose.count('$$') % 2 == 0
    assert all(line.count('$') % 2 == 0 for line in inline)
    if name in PAGES:
        assert '$$' in prose
    # Markdown takes the backslash from these on some hosts
    assert not re.search(r'\\[\\{},;!_]', ''.join(prose.split('$$')[1::2]))


@pytest.mark.parametrize('name', FILES)
def test_lines_are_short(name):
    lines = [line for line in TEXTS[name].splitlines() if not line.startswith(('|', '!'))]
    assert max(map(len, lines)) <= 120


def test_commands_name_scripts_and_options_that_exist(capsys):
    commands = [words for name in FILES for words in commands_of(name)]
    helps = {}
    for python, script, *arguments in commands:
        assert python == 'python'
        if script not in helps:
            run_command(['python', script, '--help'])
            helps[script] = capsys.readouterr().out
        for argument in arguments:
            if argument.startswith('--'):
                assert re.search(rf'{argument}\b', helps[script]), f'{script}: {argument}'


@pytest.mark.parametrize('name', PAGES)
def test_experiments_exist_and_take_the_options(name):
    parser = ArgumentParser()
    parser.add_argument('config')
    parser.add_argument('checkpoint', nargs='?')
    parser.add_argument('--cfg-options', nargs='+', action=DictAction, default={})
    trained = []
    for _, script, *arguments in commands_of(name):
        args = parser.parse_args(arguments)
        cfg = load_config(REPOSITORY / args.config, args.cfg_options)
        assert cfg.model.loss_weighting.type in MODELS
        if script == 'tools/train.py':
            trained.append(cfg.work_dir)
        else:
            folder, _, file = args.checkpoint.rpartition('/')
            assert folder in trained
            assert file == f'epoch_{cfg.train_cfg.max_epochs}.pth'
    assert trained
