import pytest
from jinja2 import UndefinedError

from mmmtl_bench.report.documents import BEST, make_environment


def shout(text):
    return text.upper()


def test_what_is_printed_is_escaped_and_what_is_written_is_not():
    template = make_environment(shout).from_string('a {{ b }}{{ 1 }} {{ b | safe }}')
    assert template.render(b='b') == 'a B1 b'


def test_texts_in_loops_and_included_values_are_escaped():
    text = '{% for x in xs %}{{ x.name ~ "y" }}{{ xs | length }}{% endfor %}'
    assert make_environment(shout).from_string(text).render(xs=[{'name': 'x'}]) == 'XY1'


def test_pages_are_escaped_as_html():
    template = make_environment().from_string('<b>{{ text }}</b>')
    assert template.render(text='<i> & "q"') == '<b>&lt;i&gt; &amp; &#34;q&#34;</b>'


def test_other_delimiters_leave_braces_alone():
    environment = make_environment(shout, ('<', '>'))
    text = r'\a{{x}{%<% if yes %>{<< x >>}<# no #><% endif %>'
    assert environment.from_string(text).render(yes=True, x='x') == r'\a{{x}{%{X}'


def test_a_name_without_a_value_is_an_error():
    with pytest.raises(UndefinedError, match="'nothing' is undefined"):
        make_environment().from_string('{{ nothing }}').render()


def test_shared_sentences_are_at_hand():
    assert make_environment(str).from_string('{{ BEST }}').render() == BEST
