"""From who is connected to whom to groups: dense ones alone, and those that bear a second sign apart from the rest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from services.ideas.rings.signs import Graph, Sign

# With how many of its group each account has to be connected. One device is shared by few.
LEAST_NEIGHBOURS = {Sign.IDEAS: 4, Sign.TIMES: 4, Sign.PLACES: 2}
# Fewer than that move no idea.
LEAST_ACCOUNTS = 5
# Two groups that have so many accounts in common speak of the same people.
LEAST_COMMON = 3


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts that seem to be of one hand, and how many of them bear each sign."""

    accounts: frozenset[str]
    signs: dict[Sign, int]

    @property
    def is_sure(self) -> bool:
        """Whether a second sign says the same as the first."""
        return len(self.signs) >= 2


def groups_of(found: Mapping[Sign, Graph]) -> list[Group]:
    """Return the groups: sure ones of accounts that bear two signs, and others that bear one.

    Accounts at one place are no group by that alone: families and offices are.
    """
    dense = [
        (sign, group)
        for sign, graph in found.items()
        for group in dense_groups(graph, LEAST_NEIGHBOURS[sign])
    ]
    sure = [group for cluster in clusters(dense) if (group := sure_group(cluster)) is not None]
    known = frozenset[str]().union(*(group.accounts for group in sure))
    single = [
        Group(accounts - known, {sign: len(accounts - known)})
        for sign, accounts in dense
        if sign != Sign.PLACES and len(accounts - known) >= LEAST_ACCOUNTS
    ]
    return [*sure, *single]


def dense_groups(graph: Graph, least: int) -> Iterator[frozenset[str]]:
    """Yield the connected groups in which everybody has `least` neighbours (the components of a graph's k-core)."""
    left = {account: set(others) for account, others in graph.items()}
    thin = [account for account, others in left.items() if len(others) < least]
    while thin:
        gone = thin.pop()
        for other in left.pop(gone, ()):
            left[other].discard(gone)
            if len(left[other]) < least:
                thin.append(other)
    yield from components(left)


def components(graph: Mapping[str, set[str]]) -> Iterator[frozenset[str]]:
    """Yield the connected parts of a graph."""
    seen: set[str] = set()
    for first in graph:
        if first in seen:
            continue
        part, waiting = {first}, [first]
        while waiting:
            new = graph[waiting.pop()] - part
            part |= new
            waiting += new
        seen |= part
        yield frozenset(part)


def clusters(dense: list[tuple[Sign, frozenset[str]]]) -> Iterator[list[tuple[Sign, frozenset[str]]]]:
    """Yield groups of different signs that speak of the same people."""
    links: dict[str, set[str]] = {str(at): set() for at in range(len(dense))}
    for at, (sign, accounts) in enumerate(dense):
        for behind, (other_sign, others) in enumerate(dense[at + 1 :], at + 1):
            if sign != other_sign and len(accounts & others) >= LEAST_COMMON:
                links[str(at)].add(str(behind))
                links[str(behind)].add(str(at))
    for part in components(links):
        yield [dense[int(at)] for at in sorted(part, key=int)]


def sure_group(cluster: Iterable[tuple[Sign, frozenset[str]]]) -> Group | None:
    """Return the accounts of a cluster that bear two signs, if they are enough of them."""
    bearing: dict[str, set[Sign]] = {}
    for sign, accounts in cluster:
        for account in accounts:
            bearing.setdefault(account, set()).add(sign)
    both = {account: signs for account, signs in bearing.items() if len(signs) >= 2}
    if len(both) < LEAST_ACCOUNTS:
        return None
    count = {sign: sum(sign in signs for signs in both.values()) for sign in Sign}
    return Group(frozenset(both), {sign: number for sign, number in count.items() if number})
