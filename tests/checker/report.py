"""What the checker says: one line per invariant, with ids and counts and nothing personal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(kw_only=True, slots=True)
class Result:
    """The outcome of one invariant. checked: how many things were compared; note: figures worth telling."""

    number: int
    name: str
    checked: int = 0
    findings: list[str] = field(default_factory=list)
    note: str = ""

    def demand(self, holds: bool, finding: str) -> None:
        """One more thing was looked at."""
        self.checked += 1
        if not holds:
            self.findings.append(finding)

    @property
    def verdict(self) -> str:
        if self.findings:
            return f"{len(self.findings)} FINDINGS"
        return "holds" if self.checked else "not exercised"

    def lines(self) -> Iterator[str]:
        yield f"{self.number:2d} {self.name:<44} {self.checked:7d} checked  {self.verdict}  {self.note}".rstrip()
        for finding in self.findings[:_MOST]:
            yield f"     {finding}"
        if len(self.findings) > _MOST:
            yield f"     and {len(self.findings) - _MOST} more"


_MOST = 20


@dataclass(frozen=True, slots=True)
class Report:
    """All invariants, in their order."""

    results: tuple[Result, ...]

    @property
    def clean(self) -> bool:
        return not any(each.findings for each in self.results)

    @property
    def broken(self) -> tuple[int, ...]:
        """The numbers of the invariants with findings."""
        return tuple(each.number for each in self.results if each.findings)

    def __getitem__(self, number: int) -> Result:
        return self.results[number - 1]

    def __str__(self) -> str:
        return "\n".join(line for each in self.results for line in each.lines())
