#!/usr/bin/env python3
"""Decides whether what clients saw of an object could have come from one that does one operation after another.

A history is a list of Operations of one object. The search is Wing and Gong's in Lowe's just-in-time form: it walks the
calls and returns in the order of time and keeps every configuration (state of the object, which open operations have
taken effect) that explains them so far; equal configurations are kept once. An operation without an answer stays open
to the end: it may take effect at any time after its call, or never.

    tests/linearizability.py     tests the checker itself
"""
import dataclasses
import sys
import typing


@dataclasses.dataclass(frozen=True)
class Operation:
    """One call on the object. `returned` is None where the client never learnt what became of it."""
    called: float
    returned: typing.Optional[float]
    kind: str
    argument: typing.Any = None
    answer: typing.Any = None


def version_counter(state, operation):
    """The versions of a model: how many there are. Gives the next state, or None where the answer cannot be."""
    unknown = operation.returned is None
    if operation.kind == "push":  # answers with the number
        return state + 1 if unknown or operation.answer == state + 1 else None
    if operation.kind == "latest":
        return state if unknown or operation.answer == state else None
    raise ValueError(operation.kind)


def counter_is_past(state, operation):
    """The counter only grows: an answer below it can no longer come."""
    if operation.returned is None:
        return False
    return operation.answer <= state if operation.kind == "push" else operation.answer < state


version_counter.is_passed = counter_is_past


def alias_register(state, operation):
    """An alias: the version it points at, 0 if it is not set."""
    unknown = operation.returned is None
    if operation.kind == "move":  # argument: (expected, to); answers whether it moved
        expected, to = operation.argument
        moves = state == expected
        if not unknown and operation.answer != moves:
            return None
        return to if moves else state
    if operation.kind == "read":
        return state if unknown or operation.answer == state else None
    raise ValueError(operation.kind)


def first_fault(operations, step, initial=0):
    """None if the history is linearizable, else the operation whose answer nothing explains."""
    events = []
    for index, operation in enumerate(operations):
        events.append((operation.called, 0, index))
        if operation.returned is not None:
            events.append((operation.returned, 1, index))
    events.sort()  # of equal times the calls come first: the weaker claim
    is_open = set()
    configurations = {(initial, frozenset())}  # state, open operations that have taken effect
    for _, is_return, index in events:
        if not is_return:
            is_open.add(index)
            continue
        configurations = explain(configurations, index, is_open, operations, step)
        if not configurations:
            return operations[index]
        is_open.remove(index)
    return None


def candidates(indexes, operations):
    """Of operations without an answer that would do the same, the first stands for all: they stay open for good."""
    unknown = {}
    for index in sorted(indexes):
        operation = operations[index]
        if operation.returned is not None:
            yield index
        else:
            unknown.setdefault((operation.kind, operation.argument), index)
    yield from unknown.values()


def explain(configurations, index, is_open, operations, step):
    """Those configurations, after any further open operations took effect, in which this one has; without it."""
    seen, left, done = set(configurations), list(configurations), set()
    is_passed = getattr(step, "is_passed", None)  # where the object can tell that an answer cannot come any more
    while left:
        state, effective = left.pop()
        if index in effective:
            done.add((state, effective - {index}))
            continue
        for other in candidates(is_open - effective, operations):
            after = step(state, operations[other])
            if after is None:
                continue
            # One without an answer that changes nothing might as well not have taken effect.
            if operations[other].returned is None and after == state:
                continue
            following = (after, effective | {other})
            if following in seen:
                continue
            seen.add(following)
            rest = is_open - following[1]
            if is_passed is None or not any(is_passed(after, operations[open_one]) for open_one in rest):
                left.append(following)
    return done


def self_test():
    def push(called, returned, answer=None):
        return Operation(called, returned, "push", None, answer)

    def latest(called, returned, answer):
        return Operation(called, returned, "latest", None, answer)

    def move(called, returned, expected, to, answer=None):
        return Operation(called, returned, "move", (expected, to), answer)

    def read(called, returned, answer):
        return Operation(called, returned, "read", None, answer)

    good, bad = True, False
    cases = [
        ("nothing", version_counter, [], good),
        ("one after another", version_counter, [push(0, 1, 1), push(2, 3, 2), latest(4, 5, 2)], good),
        ("at once, in either order", version_counter, [push(0, 5, 2), push(0, 5, 1)], good),
        ("a number twice", version_counter, [push(0, 5, 1), push(0, 5, 1)], bad),
        ("a number skipped", version_counter, [push(0, 1, 1), push(2, 3, 3)], bad),
        ("against the order of time", version_counter, [push(0, 1, 2), push(2, 3, 1)], bad),
        ("a read of the past", version_counter, [push(0, 1, 1), latest(2, 3, 0)], bad),
        ("a read meanwhile, either way", version_counter, [push(0, 9, 1), latest(1, 2, 0), latest(3, 4, 1)], good),
        ("a read that goes back", version_counter, [push(0, 9, 1), latest(1, 2, 1), latest(3, 4, 0)], bad),
        ("an unknown push that happened", version_counter, [push(0, None), push(1, 2, 2)], good),
        ("an unknown push that did not", version_counter, [push(0, None), push(1, 2, 1), latest(3, 4, 1)], good),
        ("an unknown push, much later", version_counter,
         [push(0, None), push(1, 2, 1), latest(3, 4, 1), latest(5, 6, 2)], good),
        ("an unknown push, twice", version_counter, [push(0, None), latest(1, 2, 2)], bad),
        ("an unknown push before its call", version_counter, [latest(0, 1, 1), push(2, None)], bad),
        ("an unknown push undone", version_counter, [push(0, None), latest(1, 2, 1), latest(3, 4, 0)], bad),
        ("moves", alias_register, [move(0, 1, 0, 3, True), move(2, 3, 3, 4, True), read(4, 5, 4)], good),
        ("two moves from one place", alias_register, [move(0, 9, 0, 1, True), move(0, 9, 0, 2, True)], bad),
        ("of two moves one lost", alias_register, [move(0, 9, 0, 1, True), move(0, 9, 0, 2, False)], good),
        ("a move lost without cause", alias_register, [move(0, 1, 0, 1, False)], bad),
        ("a lost update", alias_register, [move(0, 1, 0, 1, True), move(2, 3, 1, 2, True), read(4, 5, 1)], bad),
        ("an unknown move seen", alias_register, [move(0, None, 0, 7), read(1, 2, 7)], good),
        ("an unknown move not seen", alias_register, [move(0, None, 0, 7), read(1, 2, 0)], good),
        ("an unknown move that could not be", alias_register,
         [move(0, 1, 0, 1, True), move(2, None, 0, 7), read(3, 4, 7)], bad),
        ("there and back", alias_register,
         [move(0, 9, 0, 1, True), move(0, 9, 1, 0, True), read(1, 2, 1), read(3, 4, 0)], good),
        ("a value nobody wrote", alias_register, [read(0, 1, 5)], bad),
    ]
    failed = 0
    for name, step, history, expected in cases:
        if (first_fault(history, step) is None) != expected:
            print(f"FAILED: {name}")
            failed += 1
    # Many clients at once and answers that were lost: still decided in time.
    many = [push(i // 8, i // 8 + 1.5, i + 1) for i in range(800)]
    lost = [push(i, None) for i in range(6)]
    if first_fault(many, version_counter) is not None or first_fault(many + lost, version_counter) is not None:
        print("FAILED: many")
        failed += 1
    if first_fault(many[:-1] + [push(500, 501, 799)], version_counter) is None:
        print("FAILED: many, one number twice")
        failed += 1
    print(f"{len(cases) + 3 - failed} passed, {failed} failed")
    return failed


if __name__ == "__main__":
    sys.exit(1 if self_test() else 0)
