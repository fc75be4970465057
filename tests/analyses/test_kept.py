"""What measures share is made once, and let go of when asked."""

from __future__ import annotations

import dataclasses
import gc
import weakref

import square_city
from square_city import layer, line

from analyses.kept import forget_kept_work, once_per_study
from analyses.walking import walk_network
from layers.kinds import LayerKind


def test_kept_work_is_let_go_and_made_again():
    made = []

    @once_per_study
    def count(study):
        made.append(study.id)
        return len(made)

    study = dataclasses.replace(square_city.square_study())
    assert (count(study), count(study)) == (1, 1)
    forget_kept_work()
    assert count(study) == 2


def test_no_street_network_outlives_the_measures():
    study = square_city.square_study(layer(LayerKind.STREETS, [line((0, 2_000), (4_000, 2_000))]))
    network = walk_network(study)
    assert walk_network(study) is network
    length = network.length_m.sum()
    gone = weakref.ref(network)
    del network
    forget_kept_work()
    gc.collect()
    assert gone() is None
    assert walk_network(study).length_m.sum() == length


def test_each_argument_has_a_result_of_its_own():
    made = []

    @once_per_study
    def named(study, kind):
        made.append(kind)
        return f"{study.id} {kind}"

    study = square_city.square_study()
    assert named(study, "a") == named(study, "a") == f"{study.id} a"
    assert named(study, "b") == f"{study.id} b"
    assert made == ["a", "b"]
    forget_kept_work()
    named(study, "a")
    assert made == ["a", "b", "a"]
