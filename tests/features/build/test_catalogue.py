"""What is declared is found by walking, in an order in which it can be computed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.catalogue import all_families, catalogue_frame, in_order
from pipeline.errors import InvariantError
from pipeline.warehouse.tables import CATALOGUE
from tests.features.build.making import COUNT, PEAK, SUM


def test_the_data_dictionary_has_the_columns_of_its_table() -> None:
    assert set(catalogue_frame((COUNT, SUM)).columns) == set(CATALOGUE.columns)


def test_every_declared_feature_stands_in_the_dictionary_once() -> None:
    declared = [feature.feature_id for family in all_families() for feature in family.features]
    assert sorted(declared) == sorted(catalogue_frame()["feature_id"])
    assert len(declared) == len(set(declared)) > 0


def test_a_family_comes_after_those_it_names() -> None:
    assert in_order([PEAK, SUM, COUNT]) == (SUM, COUNT, PEAK)


def test_families_that_wait_for_each_other_are_named() -> None:
    with pytest.raises(InvariantError, match=r"toy_peak.*toy_sum.*circle"):
        in_order([PEAK, replace(SUM, after=("toy_peak",))])
