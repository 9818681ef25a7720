"""The report's web page, in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from mmmtl_bench.report.figures import draw_figure, plan_figures
from mmmtl_bench.report.page import render_page
from mmmtl_bench.results.results import read_results
from tests.utils.chromium import ARGUMENTS, CHROMIUM, needs_chromium, sync_api
from tests.utils.run_folders import write_benchmark

PHONE = dict(width=400, height=800)

pytestmark = [pytest.mark.e2e, needs_chromium]


@pytest.fixture(scope='module')
def report(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp('benchmark')
    write_benchmark(folder, (0, 1), unfinished=['streets7/split-wide/equal/seed0'])
    results = read_results(folder)
    names = ('1-weighting-spread', '1-class-gain-equal', '1-predictions-equal')
    figures = [f for f in plan_figures(results) if f.name in names]
    drawn = [draw_figure(figure, folder / 'figures') for figure in figures]
    (folder / 'report.html').write_text(render_page(results, drawn), encoding='utf-8')
    return folder / 'report.html'


class Watched:
    """A page of the browser, and what went wrong on it."""

    def __init__(self, page) -> None:
        self.page = page
        self.troubles: list[str] = []
        page.on('pageerror', lambda error: self.troubles.append(f'error: {error}'))
        page.on('console', lambda message: self.troubles.append(f'console: {message.text}'))
        page.on('request', self._note_request)

    def _note_request(self, request) -> None:
        if not request.url.startswith(('file:', 'data:')):
            self.troubles.append(f'fetched: {request.url}')

    def column(self, number: int) -> list[str]:
        script = '(rows, n) => rows.map(row => row.cells[n].dataset.value)'
        return self.page.locator('.results tbody tr').evaluate_all(script, number)

    def head(self, group: str, name: str):
        """The head of a column, and the column's number."""
        script = """([group, name]) => {
            const upper = [...document.querySelectorAll('.results thead tr:first-child th')];
            let column = 0;
            for (const head of upper) {
                if (head.textContent.trim().startsWith(group)) break;
                column += head.colSpan;
            }
            return name === 'published' ? column + 1 : column;
        }"""
        number = self.page.evaluate(script, [group, name])
        return self.page.locator(f'.results th[data-column="{number}"]'), number


@pytest.fixture(scope='module')
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def watched(browser, report):
    page = browser.new_page(viewport=dict(width=1400, height=1000))
    page.set_default_timeout(60_000)
    watched = Watched(page)
    page.goto(report.as_uri())
    yield watched
    page.close()
    assert watched.troubles == []


def test_the_page_is_whole(watched):
    page = watched.page
    assert page.title() == 'A small benchmark'
    assert page.locator('.synthetic').is_visible()
    assert page.locator('.results tbody tr').count() == 6
    widths = page.locator('img').evaluate_all('images => images.map(image => image.naturalWidth)')
    assert len(widths) == 3
    assert all(width > 0 for width in widths)
    for link in page.locator('nav a').all():
        assert page.locator(link.get_attribute('href')).count() == 1


def test_columns_of_numbers_are_sorted_in_both_directions(watched):
    head, number = watched.head('seg/mIoU', 'ours')
    assert head.get_attribute('aria-sort') == 'none'
    before = watched.column(number)
    head.locator('button').click()
    assert head.get_attribute('aria-sort') == 'descending'  # the best first
    down = watched.column(number)
    assert down == sorted(before, key=float, reverse=True)
    assert down != before
    head.locator('button').click()
    assert head.get_attribute('aria-sort') == 'ascending'
    assert watched.column(number) == down[::-1]

    other, at = watched.head('depth/abs_err', 'ours')
    other.locator('button').click()
    assert other.get_attribute('aria-sort') == 'ascending'
    assert watched.column(at) == sorted(watched.column(at), key=float)
    assert head.get_attribute('aria-sort') == 'none'


def test_what_has_no_value_comes_last(watched):
    head, number = watched.head('Δ tasks', 'ours')  # the baseline has no gain
    for _ in range(2):
        head.locator('button').click()
        values = watched.column(number)
        assert values[-1] == ''
        assert '' not in values[:-1]


def test_columns_of_names_are_sorted_from_the_keyboard(watched):
    head, number = watched.head('architecture', '')
    before = watched.column(number)
    head.locator('button').focus()
    watched.page.keyboard.press('Enter')
    assert watched.column(number) == sorted(before, key=str.lower)
    watched.page.keyboard.press('Space')
    assert watched.column(number) == sorted(before, key=str.lower, reverse=True)


def test_gains_and_ranks_are_in_sight_on_a_laptop(watched):
    page = watched.page
    page.set_viewport_size(dict(width=1280, height=900))
    head, _ = watched.head('MR', 'ours')
    box = head.bounding_box()
    assert box['x'] + box['width'] < 1280
    line = page.locator('.results tbody tr').first
    names = [line.locator('.name').nth(number) for number in (0, 1)]
    before = [name.bounding_box()['x'] for name in names]
    page.locator('.scroll').first.evaluate('box => box.scrollBy(400, 0)')
    assert head.bounding_box()['x'] < box['x'] - 300
    assert [name.bounding_box()['x'] for name in names] == pytest.approx(before, abs=1)


def test_a_phone_begins_with_the_table(browser, report):
    page = browser.new_page(viewport=dict(width=390, height=844))
    page.goto(report.as_uri())
    table = page.locator('.results').bounding_box()
    assert table['y'] + table['height'] < 844
    assert page.locator('.description').bounding_box()['y'] > table['y']
    line = page.locator('.results tbody tr').last
    assert line.locator('th').inner_text().split() == ['MTAN', 'dwa', '(T=2)']
    page.close()


@pytest.mark.parametrize('scheme', ['light', 'dark'])
def test_a_phone_shows_the_page_without_scrolling_sideways(browser, report, scheme):
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.evaluate('document.documentElement.scrollWidth') <= PHONE['width']
    # wide things scroll in boxes of their own
    boxes = page.locator('.scroll').evaluate_all(
        'boxes => boxes.map(box => box.scrollWidth > box.clientWidth)'
    )
    assert any(boxes)
    back = page.evaluate('getComputedStyle(document.body).backgroundColor')
    brightness = sum(int(part) for part in back.removeprefix('rgb(').rstrip(')').split(','))
    assert (brightness > 600) is (scheme == 'light')
    context.close()


def test_everything_is_printed_within_the_paper(watched):
    watched.page.emulate_media(media='print')
    watched.page.set_viewport_size(dict(width=1032, height=700))  # A4 across without its margins
    assert watched.page.evaluate('document.documentElement.scrollWidth') <= 1032
    assert not watched.page.locator('nav').is_visible()
