"""The three hundred efforts of the evaluation's tests."""

from tests.visitation.evaluation.conftest import caseload, efforts, wide_pools  # noqa: F401
