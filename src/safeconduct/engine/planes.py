"""Conditions over a whole population as one program on bit planes.

A plane holds one bit for each member. A `Graph` builds the program: its leaves are tests on a
column (one bit for each of the column's values) or planes that are already there; above them
stand AND, OR and NOT. What is said twice is built once, tests on the same column are merged, and
what cannot matter is left out. `Graph.run` carries the program out, block by block, so that all
its planes stay in the processor's cache: a block's codes become classes, one table of 256 bytes
gives the bits of eight tests at a time, `packbits` turns bytes into planes, and each operation
then treats 64 members at once.

The program is data; nothing is generated or compiled for a knowledge base.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.uint8]
Table = NDArray[np.bool_]

#: The nodes of the plane without and of the plane with every member.
NOBODY, EVERYBODY = 0, 1
#: Members treated at a time; a multiple of 64.
BLOCK = 1 << 19


@dataclass(frozen=True, slots=True)
class _Node:
    """One operation: `column`, `plane`, `not`, `and`, `or`; `a` and `b` say on what."""

    kind: str
    a: int
    b: int


@dataclass(slots=True)
class Graph:
    """The program being built for a population of `size` members."""

    size: int
    _nodes: list[_Node] = field(default_factory=lambda: [_Node("", 0, 0), _Node("", 1, 1)])
    _known: dict[tuple[str, int, int], int] = field(default_factory=dict)
    _columns: list[NDArray[Any]] = field(default_factory=list)
    _column_ids: dict[int, int] = field(default_factory=dict)
    _blanks: list[Table] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)
    _table_ids: dict[tuple[int, bytes], int] = field(default_factory=dict)
    _tests: dict[int, tuple[int, Table]] = field(default_factory=dict)
    _planes: list[Plane] = field(default_factory=list)

    def _node(self, kind: str, a: int, b: int) -> int:
        key = (kind, a, b)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self._nodes)
            self._nodes.append(_Node(kind, a, b))
        return found

    def column(self, codes: NDArray[Any], table: Table, blanks: Table | None = None) -> int:
        """The members whose code has a set bit in the table.

        Args:
            blanks: The codes that stand for "not given". Tests that differ only in these share
                their work.
        """
        number = self._column_ids.setdefault(id(codes), len(self._columns))
        if number == len(self._columns):
            self._columns.append(codes)
            self._blanks.append(np.zeros_like(table) if blanks is None else blanks)
        return self._column_node(number, table)

    def _column_node(self, number: int, table: Table) -> int:
        if not table.any():
            return NOBODY
        if table.all():
            return EVERYBODY
        key = (number, np.packbits(table).tobytes())
        found = self._table_ids.get(key)
        if found is None:
            blanks = self._blanks[number]
            if blanks.any() and table[blanks].all() and (table & ~blanks).any():
                given = self._column_node(number, table & ~blanks)
                found = self._node("or", given, self._column_node(number, blanks))
            else:
                self._tables.append(table)
                found = self._node("column", number, len(self._tables) - 1)
            self._table_ids[key] = found
            self._tests[found] = (number, table)
        return found

    def members(self, chosen: NDArray[np.bool_]) -> int:
        """The members for whom `chosen` is set."""
        if not chosen.any():
            return NOBODY
        if chosen.all():
            return EVERYBODY
        self._planes.append(np.packbits(chosen))
        return self._node("plane", len(self._planes) - 1, 0)

    def not_(self, a: int) -> int:
        """Everybody else."""
        if a in (NOBODY, EVERYBODY):
            return 1 - a
        node = self._nodes[a]
        return node.a if node.kind == "not" else self._node("not", a, 0)

    def and_(self, a: int, b: int) -> int:
        """The members of both."""
        if a in (b, NOBODY) or b == EVERYBODY:
            return a
        if b == NOBODY or a == EVERYBODY:
            return b
        if self._is_opposite(a, b):
            return NOBODY
        merged = self._merged(a, b, np.logical_and)
        return self._node("and", min(a, b), max(a, b)) if merged is None else merged

    def or_(self, a: int, b: int) -> int:
        """The members of either."""
        if a in (b, EVERYBODY) or b == NOBODY:
            return a
        if b == EVERYBODY or a == NOBODY:
            return b
        if self._is_opposite(a, b):
            return EVERYBODY
        merged = self._merged(a, b, np.logical_or)
        return self._node("or", min(a, b), max(a, b)) if merged is None else merged

    def all_of(self, parts: list[int]) -> int:
        """The members of all; of nothing, everybody."""
        result = EVERYBODY
        for part in parts:
            result = self.and_(result, part)
        return result

    def any_of(self, parts: list[int]) -> int:
        """The members of any; of nothing, nobody."""
        result = NOBODY
        for part in parts:
            result = self.or_(result, part)
        return result

    def _is_opposite(self, a: int, b: int) -> bool:
        x, y = self._nodes[a], self._nodes[b]
        return (x.kind == "not" and x.a == b) or (y.kind == "not" and y.a == a)

    def _merged(self, a: int, b: int, combine: np.ufunc) -> int | None:
        """Two tests on one column as a single test, or `None` when they are not."""
        x, y = self._test(a), self._test(b)
        if x is None or y is None or x[0] != y[0]:
            return None
        return self._column_node(x[0], combine(x[1], y[1]))

    def _test(self, a: int) -> tuple[int, Table] | None:
        """The column and table of a node that is a test on one column."""
        found = self._tests.get(a)
        if found is None and self._nodes[a].kind == "not":
            inner = self._tests.get(self._nodes[a].a)
            return None if inner is None else (inner[0], ~inner[1])
        return found

    def run(self, roots: list[int]) -> list[Plane]:
        """The planes of these nodes, each with a bit for every member and zeros beyond them."""
        words = -(-self.size // 64)
        made = {r: np.zeros(words * 8, dtype=np.uint8) for r in dict.fromkeys(roots)}
        if EVERYBODY in made:
            made[EVERYBODY] = self._padded(np.ones(self.size, dtype=np.bool_))
        wanted = {r: p for r, p in made.items() if r > EVERYBODY}
        if wanted and self.size:
            _Run(self, wanted).carry_out()
        return [made[r] for r in roots]

    def _padded(self, chosen: NDArray[np.bool_]) -> Plane:
        plane = np.zeros(-(-self.size // 64) * 8, dtype=np.uint8)
        packed = np.packbits(chosen)
        plane[: len(packed)] = packed
        return plane


class _Run:
    """One program bound to its registers: rows of words, one row for each plane in use."""

    def __init__(self, graph: Graph, wanted: dict[int, Plane]) -> None:
        """Order the operations, give each a register, and prepare the tables."""
        self.graph, self.wanted = graph, wanted
        self.block = min(BLOCK, -(-graph.size // 64) * 64)
        order = self._order()
        nodes = graph._nodes
        register, count = _registers(nodes, order, wanted)
        self.file = np.zeros((count, self.block // 64), dtype=np.uint64)
        rows = list(self.file)
        self.code: list[tuple[Any, ...]] = []
        ufuncs = {"and": np.bitwise_and, "or": np.bitwise_or}
        for n in order:
            node = nodes[n]
            if node.kind == "not":
                self.code.append((np.invert, rows[register[node.a]], rows[register[n]]))
            elif node.kind in ufuncs:
                self.code.append(
                    (ufuncs[node.kind], rows[register[node.a]], rows[register[node.b]],
                     rows[register[n]])
                )
        bytes_of = [r.view(np.uint8) for r in rows]
        self.inputs = [
            (bytes_of[register[n]], graph._planes[nodes[n].a]) for n in order
            if nodes[n].kind == "plane"
        ]
        self.outputs = [(plane, bytes_of[register[n]]) for n, plane in wanted.items()]
        self.tests = self._tests(order, bytes_of, register)

    def _order(self) -> list[int]:
        """The nodes that the wanted ones need, each after those it needs itself."""
        nodes = self.graph._nodes
        seen: set[int] = set()
        order: list[int] = []
        stack = [(n, False) for n in reversed(self.wanted)]
        while stack:
            n, ready = stack.pop()
            if ready:
                order.append(n)
            elif n not in seen:
                seen.add(n)
                node = nodes[n]
                stack.append((n, True))
                if node.kind in ("and", "or"):
                    stack.extend(((node.b, False), (node.a, False)))
                elif node.kind == "not":
                    stack.append((node.a, False))
        return order

    def _tests(
        self, order: list[int], bytes_of: list[Plane], register: dict[int, int]
    ) -> list[tuple[NDArray[Any], NDArray[np.uint8] | None, list[tuple[bytes, list[Plane]]]]]:
        """For each column: its codes, their classes where it has many, and its tables."""
        graph = self.graph
        by_column: dict[int, list[int]] = {}
        for n in order:
            if graph._nodes[n].kind == "column":
                by_column.setdefault(graph._nodes[n].a, []).append(n)
        found = []
        for number, tests in by_column.items():
            tables = np.array([graph._tables[graph._nodes[n].b] for n in tests])
            targets = [bytes_of[register[n]] for n in tests]
            for classes, part, some in _classes(tables, targets):
                groups = []
                for start in range(0, len(some), 8):
                    bits = np.zeros(256, dtype=np.uint8)
                    packed = np.packbits(part[start : start + 8], axis=0, bitorder="little")[0]
                    bits[: len(packed)] = packed
                    groups.append((bits.tobytes(), some[start : start + 8]))
                found.append((graph._columns[number], classes, groups))
        return found

    def carry_out(self) -> None:
        """Run the program over every block."""
        size, step = self.graph.size, self.block
        masks = [np.uint8(1 << k) for k in range(8)]
        spare = np.zeros(step, dtype=np.uint8)
        for start in range(0, size, step):
            stop = min(start + step, size)
            count = (stop - start + 7) // 8
            for codes, classes, groups in self.tests:
                part = codes[start:stop] if classes is None else classes[codes[start:stop]]
                raw = part.tobytes()
                for table, targets in groups:
                    bits = np.frombuffer(raw.translate(table), dtype=np.uint8)
                    one = spare[: len(bits)]
                    for mask, target in zip(masks, targets, strict=False):
                        np.bitwise_and(bits, mask, one)
                        target[:count] = np.packbits(one)
            for target, plane in self.inputs:
                target[:count] = plane[start // 8 : start // 8 + count]
            for operation, *operands in self.code:
                operation(*operands)
            last = (stop - start) % 8
            for plane, made in self.outputs:
                plane[start // 8 : start // 8 + count] = made[:count]
                if last:
                    plane[start // 8 + count - 1] &= 0xFF << (8 - last) & 0xFF


def _registers(
    nodes: list[_Node], order: list[int], wanted: dict[int, Plane]
) -> tuple[dict[int, int], int]:
    """A register for each node; one whose plane is no longer needed is used again.

    Leaves are filled before the first operation, so theirs are kept until the block is done.
    """
    last: dict[int, int] = {}
    for at, n in enumerate(order):
        node = nodes[n]
        if node.kind in ("and", "or", "not"):
            last[node.a] = at
            if node.kind != "not":
                last[node.b] = at
    register: dict[int, int] = {}
    free: list[int] = []
    count = 0
    for at, n in enumerate(order):
        node = nodes[n]
        is_leaf = node.kind in ("column", "plane")
        if is_leaf or not free:
            register[n] = count
            count += 1
        else:
            register[n] = free.pop()
        if not is_leaf:
            for used in {node.a, node.b} if node.kind != "not" else {node.a}:
                done = last[used] == at and used not in wanted
                if done and nodes[used].kind not in ("column", "plane"):
                    free.append(register[used])
    return register, count


def _classes(
    tables: NDArray[np.bool_], targets: list[Plane]
) -> list[tuple[NDArray[np.uint8] | None, NDArray[np.bool_], list[Plane]]]:
    """Tables over at most 256 classes, with the class of each code where there are more codes.

    Codes that pass the same tests are of one class. Where even the classes are more than 256,
    the tests are split in two.
    """
    if tables.shape[1] <= 256:
        return [(None, tables, targets)]
    if len(tables) <= 64:
        packed = np.zeros((tables.shape[1], 8), dtype=np.uint8)
        packed[:, : -(-len(tables) // 8)] = np.packbits(tables, axis=0).T
        _, first, inverse = np.unique(
            packed.view(np.uint64).reshape(-1), return_index=True, return_inverse=True
        )
        if len(first) <= 256:
            return [(inverse.astype(np.uint8), tables[:, first], targets)]
    half = len(tables) // 2
    return [*_classes(tables[:half], targets[:half]), *_classes(tables[half:], targets[half:])]


def count_bits(plane: Plane) -> int:
    """How many members a plane holds."""
    return int(np.bitwise_count(plane.view(np.uint64)).sum())


def unpack(plane: Plane, size: int) -> NDArray[np.bool_]:
    """For each member, whether the plane holds it."""
    return np.unpackbits(plane, count=size).view(np.bool_)
