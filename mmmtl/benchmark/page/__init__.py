"""The report of a benchmark as one web page that needs no other file."""

from mmmtl.benchmark.page.page import render_page, write_page

__all__ = ['render_page', 'write_page']
