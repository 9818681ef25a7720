"""The site of the documentation as ``make docs`` builds it: whole, offline, with every name."""

import importlib
import inspect
import pkgutil
import re
import shlex
import subprocess
import sys
import zlib
from html import unescape
from urllib.parse import unquote, urldefrag

import pytest

from tests.utils.doc_pages import read_blocks, split_commands
from tests.utils.paths import DOCS, REPOSITORY
from tests.utils.toy.toy_runs import environment

pytestmark = pytest.mark.e2e
PACKAGES = ('mmmtl', 'mmmtl_bench', 'mmmtl_scenes')
FETCHED = re.compile(
    r"""<(?:link|script|img|iframe|source|video|object|embed)\b[^>]*?\b(?:src|href|data)="""
    r"""["']((?:https?:)?//[^"']*)""",
    re.IGNORECASE,
)
FETCHED_BY_STYLE = re.compile(r"""(?:@import|url\()\s*['"]?((?:https?:)?//[^'")]*)""")
WIDE = ('index', 'tasks', 'model_zoo', 'models/mtan', 'comparison', 'api/mmmtl.evaluation')
"""Pages whose tables, blocks or signatures are wider than a phone."""


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    """The site, built with the options of the Makefile: a warning is an error."""
    makefile = (REPOSITORY / 'Makefile').read_text()
    (options,) = re.findall(r'\$\(BIN\)/python (-m sphinx .*) docs work_dirs/docs\n', makefile)
    folder = tmp_path_factory.mktemp('site')
    done = subprocess.run(
        [sys.executable, *shlex.split(options), 'docs', folder / 'html', '-d', folder / 'trees'],
        cwd=REPOSITORY,
        env=environment(OMP_NUM_THREADS='1'),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / 'html'


@pytest.fixture(scope='module')
def browser():
    from tests.utils.chromium import ARGUMENTS, CHROMIUM, sync_api

    if CHROMIUM is None:
        pytest.skip('there is no chromium on this machine')
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def packages_with_exports():
    """The packages that say what they export, by their names."""
    found = {}
    for root in PACKAGES:
        package = importlib.import_module(root)
        inner = pkgutil.walk_packages(package.__path__, f'{root}.')
        for name in [root, *(module.name for module in inner if module.ispkg)]:
            module = importlib.import_module(name)
            if hasattr(module, '__all__'):
                found[name] = module
    return found


def described_names(site):
    """The Python names in the inventory, which is what other projects' links are resolved with."""
    content = (site / 'objects.inv').read_bytes().split(b'\n', 4)[4]
    lines = zlib.decompress(content).decode().splitlines()
    return {line.split()[0] for line in lines if ' py:' in line}


def test_every_public_name_is_in_the_reference(site):
    described = described_names(site)
    packages = packages_with_exports()
    assert {'mmmtl.tasks', 'mmmtl.models.necks', 'mmmtl_bench', 'mmmtl_scenes'} <= set(packages)
    places = {}
    for package, module in packages.items():
        for name in module.__all__:
            value = getattr(module, name)
            if not inspect.ismodule(value):
                places.setdefault((name, id(value)), []).append(f'{package}.{name}')
    assert len(places) > 250
    missing = [paths for paths in places.values() if not described & set(paths)]
    assert missing == []


def test_every_package_with_exports_has_a_page(site):
    pages = {path.stem for path in (DOCS / 'api').glob('*.rst')} - {'index'}
    assert pages == set(packages_with_exports())
    for page in pages:
        assert (site / 'api' / f'{page}.html').is_file()


def test_nothing_public_is_left_without_a_word(site):
    """A text such as ``255.`` is the number of an empty list, and says nothing on the page."""
    empty = [
        name
        for page in (site / 'api').glob('*.html')
        for name, text in re.findall(
            r'<dt class="sig[^"]*" id="([^"]+)">(?:(?!</dt>).)*</dt>\s*<dd>(.*?)(?=<dl|</dd>)',
            page.read_text(),
            flags=re.DOTALL,
        )
        if not re.sub(r'<[^>]+>', '', text).strip()
    ]
    assert empty == []


def test_a_protocol_takes_no_arguments(site):
    page = (site / 'api' / 'mmmtl.visualization.sheets.painters.html').read_text()
    assert 'id="mmmtl.visualization.sheets.painters.ErrorPainter"' in page
    assert 'kwargs' not in page


def test_entries_of_the_menu_are_told_apart(site):
    page = (site / 'index.html').read_text()
    entries = re.findall(r'<li class="toctree-l1[^"]*"><a class="reference[^>]*>([^<]+)</a>', page)
    assert len(entries) > 40
    assert sorted(set(entries)) == sorted(entries)


def test_nothing_is_fetched_from_elsewhere(site):
    pages, styles = list(site.rglob('*.html')), list(site.rglob('*.css'))
    assert len(pages) > 300
    assert styles
    found = {path.name: FETCHED.findall(path.read_text()) for path in pages}
    found |= {path.name: FETCHED_BY_STYLE.findall(path.read_text()) for path in styles}
    assert {name: urls for name, urls in found.items() if urls} == {}


def test_every_link_leads_somewhere(site):
    pages = {path: path.read_text() for path in site.rglob('*.html')}
    ids = {path: set(re.findall(r'\bid="([^"]+)"', text)) for path, text in pages.items()}
    lost = set()
    for path, text in pages.items():
        for link in set(re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', text)):
            address, anchor = urldefrag(unescape(link))
            if re.match(r'[a-z]+:', address):
                continue
            target = (path.parent / unquote(address)).resolve() if address else path
            if not target.is_file() or (anchor and anchor not in ids.get(target, {anchor})):
                lost.add((path.relative_to(site).as_posix(), link))
    assert lost == set()


def test_linked_configs_are_shown_with_what_they_inherit(site):
    zoo = (site / 'model_zoo.html').read_text()
    assert 'href="files/configs/mtan_segnet_cityscapes7.py.html"' in zoo
    folder = site / 'files' / 'configs'
    page = (folder / 'mtan_segnet_cityscapes7.py.html').read_text()
    assert 'href="_base_/models/mtan_segnet.py.html"' in page
    assert 'href="mtan_segnet_cityscapes7.py"' in page
    shown = (folder / 'mtan_segnet_cityscapes7.py').read_text()
    assert shown == (REPOSITORY / 'configs' / 'mtan_segnet_cityscapes7.py').read_text()


def test_code_that_names_a_file_leads_to_it(site):
    page = (site / 'stack.html').read_text()
    assert 'href="files/mmmtl/compat/versions.py.html"' in page


def test_formulas_are_drawn_by_the_browser(site):
    page = (site / 'api' / 'mmmtl.models.loss_weighting.html').read_text()
    assert page.count('<math') > 20
    assert 'MathJax' not in page


def test_the_pages_of_the_changelog_and_of_contributing_are_whole(site):
    assert 'id="unreleased"' in (site / 'changelog.html').read_text()
    assert 'href="tasks.html#a-new-kind"' in (site / 'contributing.html').read_text()
    assert 'href="security.html"' in (site / 'reliability.html').read_text()


def test_the_commands_of_the_first_page(site):
    (block,) = [block for block in read_blocks('index.md') if block.language == 'bash']
    make, predict = split_commands(block.code)
    assert f'\n{make[1]}: ' in (REPOSITORY / 'Makefile').read_text()
    assert 'work_dirs/demo/checkpoint.pth' in predict
    (other,) = [
        words
        for block in read_blocks('inference.md', only='From the command line')
        for words in split_commands(block.code)
        if block.language == 'bash' and '--save' not in words
    ]
    assert predict[1:] == other[3:]


@pytest.mark.parametrize(
    ('words', 'page'),
    [
        ('preemption', 'reliability.html'),
        ('DynamicWeightAverage', 'loss_weighting.html'),
        ('back_project', 'api/mmmtl.apis.html'),
    ],
)
def test_the_search_works_without_a_server(site, browser, words, page):
    tab = browser.new_page()
    tab.goto(f'{(site / "search.html").as_uri()}?q={words}')
    tab.locator('#search-results li a').first.wait_for(timeout=60_000)
    links = tab.locator('#search-results li a').evaluate_all('all => all.map(a => a.href)')
    tab.close()
    assert (site / page).as_uri() in {urldefrag(unquote(link).split('?')[0])[0] for link in links}


@pytest.mark.parametrize('page', WIDE)
@pytest.mark.parametrize('width', [390, 1280])
def test_what_is_wide_scrolls_in_its_own_box(site, browser, page, width):
    tab = browser.new_page(viewport=dict(width=width, height=900))
    asked = []
    tab.on('request', lambda request: asked.append(request.url))
    tab.goto((site / f'{page}.html').as_uri())
    widths = tab.evaluate('[document.documentElement.scrollWidth, window.innerWidth]')
    tab.close()
    assert widths[0] <= widths[1]
    assert [url for url in asked if not url.startswith(('file:', 'data:'))] == []
