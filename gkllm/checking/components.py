"""What hangs together: names that share a group, directly or through others."""

from collections.abc import Iterable


def leaders(groups: Iterable[Iterable[str]]) -> dict[str, str]:
    """A leader for every name in the groups, which are not empty: the same for all names that hang together."""
    leader: dict[str, str] = {}

    def find(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = name = leader[leader[name]]
        return name

    for first, *others in groups:
        root = find(first)
        for other in others:
            leader[find(other)] = root
    return {name: find(name) for name in leader}
