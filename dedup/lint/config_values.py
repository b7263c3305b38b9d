"""What a value in the configuration may be: each kind reads a value, and describes what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol

from dedup.lint.errors import ConfigurationError
from dedup.lint.rules import RULES, Severity
from dedup.text.markups import MARKUPS, with_extensions


class Kind(Protocol):
    """A kind of value."""

    @property
    def allowed(self) -> str:
        """What is allowed, as the end of a sentence."""

    def read(self, where: str, value: Any) -> Any:
        """Return a value from a TOML file as `Config` holds it.

        Parameters
        ----------
        where
            The key, or the key and a place in it, such as `severity.DUP001`.
        value
            What the file says.

        Raises
        ------
        ConfigurationError
            It is not allowed. The message does not name the file.
        """


class Number(NamedTuple):
    """An integer or a float between two bounds.

    Attributes
    ----------
    type
        int or float. An integer is a float, too.
    minimum, maximum
        The bounds, which are allowed themselves.
    above
        Whether the minimum itself is not allowed.
    """

    type: type[int] | type[float]
    minimum: float
    maximum: float
    above: bool = False

    @property
    def allowed(self) -> str:
        """What is allowed."""
        what = "an integer" if self.type is int else "a number"
        return f"{what}, {self._from} and {self._to}"

    @property
    def _from(self) -> str:
        return f"above {self.minimum:,}" if self.above else f"{self.minimum:,} or more"

    @property
    def _to(self) -> str:
        return f"{self.maximum:,} or less"

    def read(self, where: str, value: Any) -> int | float:
        """Return the number; see `Kind`."""
        if isinstance(value, bool) or not isinstance(value, (int, self.type)):
            raise not_allowed(where, value, self)
        # written so that NaN is out of range
        if not (value > self.minimum if self.above else value >= self.minimum):
            raise ConfigurationError(f"{where} = {toml(value)} is out of range; allowed: {self._from}")
        if value > self.maximum:
            raise ConfigurationError(f"{where} = {toml(value)} is out of range; allowed: {self._to}")
        return self.type(value)


class Text(NamedTuple):
    """A string.

    Attributes
    ----------
    allowed
        What is allowed.
    fault
        Returns what is wrong with a string, and what is allowed instead, as one sentence; None if nothing is.
    """

    allowed: str = "a string"
    fault: Callable[[str], str | None] = lambda text: None

    def read(self, where: str, value: Any) -> str:
        """Return the string; see `Kind`."""
        if not isinstance(value, str):
            raise not_allowed(where, value, self)
        fault = self.fault(value)
        if fault is not None:
            raise ConfigurationError(f"{where} = {toml(value)} {fault}")
        return value


class ListOf(NamedTuple):
    """A list of values of one kind."""

    item: Kind

    @property
    def allowed(self) -> str:
        """What is allowed."""
        return f"a list; each item: {self.item.allowed}"

    def read(self, where: str, value: Any) -> tuple[Any, ...]:
        """Return the list as a tuple; see `Kind`."""
        if not isinstance(value, list):
            raise not_allowed(where, value, self)
        return tuple(self.item.read(f"{where}[{number}]", item) for number, item in enumerate(value))


class TableOf(NamedTuple):
    """A table: keys of one kind, values of another."""

    key: Text
    item: Kind

    @property
    def allowed(self) -> str:
        """What is allowed."""
        return f"a table; each key: {self.key.allowed}; each value: {self.item.allowed}"

    def read(self, where: str, value: Any) -> Mapping[str, Any]:
        """Return the table; see `Kind`."""
        if not isinstance(value, dict):
            raise not_allowed(where, value, self)
        for key in value:
            fault = self.key.fault(key)
            if fault is not None:
                raise ConfigurationError(f"the key {toml(key)} of {where} {fault}")
        return {key: self.item.read(f"{where}.{toml_key(key)}", item) for key, item in value.items()}


def not_allowed(where: str, value: Any, kind: Kind) -> ConfigurationError:
    """Return the error for a value of a wrong type."""
    return ConfigurationError(f"{where} = {toml(value)} is not allowed; allowed: {kind.allowed}")


def toml(value: Any) -> str:
    """Return a value in TOML, on one line."""
    import json  # deferred: it is needed for errors and for `dedup config` alone

    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{toml_key(key)} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (str, bool)) else str(value)


def toml_key(name: str) -> str:
    """Return a key in TOML, in quotes if it needs them."""
    bare = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if bare else toml(name)


def _code_fault(code: str) -> str | None:
    if code and any(rule.startswith(code) for rule in RULES):
        return None
    return f"is unknown; allowed: a rule code, or its first letters: {', '.join(RULES)}"


def _rule_fault(code: str) -> str | None:
    return None if code in RULES else f"is unknown; allowed: {', '.join(RULES)}"


def _severity_fault(label: str) -> str | None:
    labels = [severity.label for severity in Severity]
    return None if label.lower() in labels else f"is unknown; allowed: {', '.join(labels)}"


def _pattern_fault(pattern: str) -> str | None:
    from dedup.lint.sources.patterns import InvalidPatternError, check  # deferred: most runs have no pattern

    try:
        check(pattern)
    except InvalidPatternError as error:
        return f"is an invalid gitignore pattern: {error}"
    return None


def _extension_fault(extension: str) -> str | None:
    try:
        with_extensions({extension: "plain"})
    except ValueError:
        return 'is not an extension; allowed: the end of a file name from a dot on, such as ".md" or ".html.erb"'
    return None


def _markup_fault(name: str) -> str | None:
    return None if name in MARKUPS else f"is unknown; allowed: {', '.join(MARKUPS)}"


_BLOCKS: Final = ("prose", "heading", "list", "cell", "quote", "code", "comment")


def _block_fault(name: str) -> str | None:
    return None if name in _BLOCKS else f"is unknown; allowed: {', '.join(_BLOCKS)}"


BLOCK: Final = Text("a kind of block", _block_fault)
CODE: Final = Text("a rule code or prefix", _code_fault)
RULE: Final = Text("a rule code", _rule_fault)
SEVERITY: Final = Text("a severity", _severity_fault)
PATTERN: Final = Text("a gitignore pattern", _pattern_fault)
EXTENSION: Final = Text("an extension", _extension_fault)
MARKUP: Final = Text("a markup", _markup_fault)
PATH: Final = Text("a path")
ADDRESS: Final = Text("a path or an address")
