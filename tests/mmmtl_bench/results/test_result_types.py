import dataclasses

from mmmtl_bench.results.results import read_results


def test_a_table_names_its_missing_runs_line_by_line(two_seeds):
    (table,) = read_results(two_seeds).tables
    assert table.missing == ()
    first, *others, last = table.rows
    rows = (
        dataclasses.replace(first, missing=('a', 'b')),
        *others,
        dataclasses.replace(last, missing=('c',)),
    )
    assert dataclasses.replace(table, rows=rows).missing == ('a', 'b', 'c')
