"""No reader of strangers' bytes breaks its promise: bounded and the same in every run. `make fuzz` goes on for hours."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import FINDS, PIECES, finds, seeds
from tests.fuzz.targets import TARGETS

Edit = tuple[int, int, bytes]


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """A good input with a few pieces cut out, put in or doubled."""
    data = draw(st.sampled_from(seeds()))[:6000]
    for _ in range(draw(st.integers(0, 6))):
        at, length = draw(st.integers(0, len(data))), draw(st.sampled_from((0, 0, 1, 3, 40)))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=8))
        data = data[:at] + piece * draw(st.sampled_from((1, 1, 1, 2, 30))) + data[at + length :]
    return data


@pytest.mark.parametrize("target", TARGETS)
@settings(derandomize=True, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=spoiled())
def test_no_input_breaks_a_promise(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_what_once_broke_a_promise_keeps_it_now(target: str) -> None:
    for find in finds(target):
        TARGETS[target](find.read_bytes())


def test_every_find_belongs_to_a_target() -> None:
    kept = [path for path in FINDS.iterdir() if not path.name.startswith(".")]
    assert all(path.name.partition("-")[0] in TARGETS for path in kept)
