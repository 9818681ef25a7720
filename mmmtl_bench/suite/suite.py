"""What a benchmark runs: tables of architectures and loss weightings.

The classes here and in the modules beside are those of a suite file, key by key; what a key leaves
out comes from the one around it. :func:`mmmtl_bench.suite.suite_reading.read_suite` makes a suite
of a file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import (
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from mmmtl_bench.results.averaging import ValidationAverage
from mmmtl_bench.suite.embedded_data import EmbeddedData
from mmmtl_bench.suite.run_differences import spec_differences
from mmmtl_bench.suite.run_spec import RunSpec
from mmmtl_bench.suite.seeds import check_seeds
from mmmtl_bench.suite.suite_table import SuiteTable
from mmmtl_bench.suite.suite_values import Name, Options, SuiteValues, inherited
from mmmtl_bench.suite.weighting import Weighting


class Suite(SuiteValues):
    """A whole benchmark.

    Args:
        title: Its title.
        description: One or two sentences on it. Defaults to none.
        synthetic: Whether its data are synthetic. Defaults to False.
        seeds: Seeds; each run is repeated with each. Defaults to 0.
        average: What the report shows of a run: ``'last-K'`` (the mean of its last K validations),
            ``'last'`` or ``'best'``. Defaults to ``'last-10'``.
        data: Embedded data sets that are written before the first run. Defaults to none.
        cfg_options: Values by dotted key for all configs. Defaults to none.
        overrides: Values by dotted key that win over all others. Defaults to none.
        weightings: Loss weightings by label. Defaults to none.
        tables: The tables.
    """

    title: str
    description: Annotated[str, StringConstraints(strip_whitespace=True)] = ''
    synthetic: bool = False
    seeds: Annotated[tuple[int, ...], PlainValidator(check_seeds)] = (0,)
    average: str = 'last-10'
    data: list[Annotated[EmbeddedData, PlainValidator(EmbeddedData.from_suite)]] = []
    cfg_options: Options = {}
    overrides: Options = {}
    weightings: dict[Name, Weighting] = {}
    tables: list[SuiteTable]

    def specs(self, seeds: Sequence[int] | None = None) -> list[RunSpec]:
        """Gives all runs; one that belongs to several tables is there once.

        Args:
            seeds: Seeds. Defaults to the suite's.

        Returns:
            The runs, all of one seed before the next. So an interrupted benchmark has whole tables.

        Raises:
            ValueError: If two different runs would have the same folder.
        """
        found: dict[str, RunSpec] = {}
        for seed in self.seeds if seeds is None else seeds:
            for table in self.tables:
                for spec in table.specs(seed):
                    known = found.setdefault(str(spec.folder), spec)
                    if known != spec:
                        raise ValueError(
                            f'two different runs would be in {spec.folder}: '
                            f'{"; ".join(spec_differences(known, spec))}'
                        )
        return list(found.values())

    @field_validator('tables', mode='wrap')
    @classmethod
    def _read_tables(cls, tables: Any, read: Callable, info: ValidationInfo) -> list[SuiteTable]:
        around = inherited(info)
        for key in ('cfg_options', 'overrides', 'weightings'):
            around[key] = info.data.get(key, {})  # {} if it is wrong, which is said first
        around['labels'] = list(around['weightings'])
        return read(tables)

    @model_validator(mode='after')
    def _check(self) -> Suite:
        ValidationAverage(self.average)
        self.specs()
        return self
