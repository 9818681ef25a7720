"""The report of a benchmark as one web page that needs no other file."""

from mmmtl_bench.report.page.page import render_page, write_page

__all__ = ['render_page', 'write_page']
