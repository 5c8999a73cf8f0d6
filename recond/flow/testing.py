"""The use case of `recond test`: the tests asked for, one after the other, each recorded as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from recond.core.errors import ExitCode, RecondError, UsageError
from recond.core.functional import TITLES, Outcome, TestResult, results_of_json
from recond.core.machine import Machine
from recond.core.words import N_
from recond.flow import audit_step
from recond.flow.chain import Chain
from recond.flow.functional import all_tests
from recond.flow.functional.bench import Bench, FunctionalTest, result


def chosen(names: Iterable[str]) -> tuple[FunctionalTest, ...]:
    """Return the tests of these names, all of them for none. Raises UsageError for a name that does not exist."""
    wanted = list(names)
    for name in wanted:
        if name not in TITLES:
            raise UsageError(
                N_("pas de test « {name} »").format(name=name),
                N_("au choix : {titles}").format(titles=", ".join(TITLES)),
            )
    return tuple(test for test in all_tests() if not wanted or test.name in wanted)


def begin(chain: Chain) -> Machine:
    """Audit the machine, open (or take up again) its run of tests, and leave its state in the record as it was."""
    audit_step.begin(chain, "test")
    assert chain.machine is not None, "the audit comes first"
    events = chain.store.machine_events(chain.record.uid)
    states = [event["payload"]["state"] for event in events if event["type"] == "state.set"]
    if states:
        # A machine that was wiped and installed does not become "audited" again because its keyboard was tried.
        chain.record.emit("state.set", {"state": states[-1]})
    return chain.machine


def close(chain: Chain, results: tuple[TestResult, ...], asked: Collection[str]) -> ExitCode:
    """End the run in the record, or leave it open when it was stopped; return the exit code."""
    code = ExitCode.OK
    if chain.cancel.is_set():
        code = ExitCode.INTERRUPTED
        chain.record.emit("note.added", {"text": N_("tests interrompus")})
    else:
        if any(one.outcome is Outcome.FAIL and one.name in asked for one in results):
            code = ExitCode.HARDWARE
        chain.record.emit("run.ended", {"result": "ok" if code is ExitCode.OK else "failed", "exit_code": int(code)})
    chain.store.save_card(chain.record.uid)
    return code


def make(
    chain: Chain,
    bench: Bench,
    tests: Iterable[FunctionalTest],
    begin: Callable[[FunctionalTest], None],
    end: Callable[[TestResult], None],
) -> tuple[TestResult, ...]:
    """Make the tests and record each one; return the results of all tests of this machine, those of other days with them.

    A stop (Ctrl-C) leaves what was not reached as it was: the next sitting goes on there. A test that was passed over
    takes nothing back from an earlier result.
    """
    before = {one.name: one.outcome for one in known(chain)}
    for test in tests:
        if bench.stop.is_set():
            break
        begin(test)
        found = _one(test, bench)
        if bench.stop.is_set() and found.outcome is not Outcome.PASS:
            break
        if found.outcome is Outcome.NOT_DONE and before.get(test.name, Outcome.NOT_DONE) is not Outcome.NOT_DONE:
            end(found)
            continue
        facts = {"name": found.name, "outcome": found.outcome, "reasons": found.reasons, "facts": found.measured}
        chain.record.emit("test.result", facts)
        end(found)
    audit_step.set_grade(chain)
    return known(chain)


def known(chain: Chain) -> tuple[TestResult, ...]:
    """Return every result this machine's card has."""
    return results_of_json(chain.store.save_card(chain.record.uid)["tests"])


def _one(test: FunctionalTest, bench: Bench) -> TestResult:
    try:
        return test.on(bench)
    except RecondError as error:
        return result(test.name, Outcome.NOT_DONE, error.message)
