"""Templates with named fields, ``{name}``; ``{{`` and ``}}`` are braces. Only names are replaced: nothing is evaluated.

Not ``str.format``, whose fields reach into the attributes of what they are given.
"""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_BRACES = {"{{": "{", "}}": "}"}


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """``text`` as it stands at ``at`` (in characters): a field that there is not, or a brace alone."""

    at: int
    text: str

    @property
    def is_brace(self) -> bool:
        return len(self.text) == 1


def fields_of(template: str) -> tuple[str, ...]:
    """The names in it, each once, in order; known or not."""
    return tuple(dict.fromkeys(found[1] for found in _PART.finditer(template) if found[1] is not None))


def faults_of(template: str, known: Container[str]) -> tuple[TemplateFault, ...]:
    return tuple(
        TemplateFault(found.start(), found[0])
        for found in _PART.finditer(template)
        if found[0] not in _BRACES and found[1] not in known
    )


def rendered(template: str, facts: Mapping[str, str]) -> str:
    """With each field replaced by its fact, once: what a fact holds is never read as a template.

    A line whose fields are all empty is left out, and what is no field of ``facts`` stays as it stands.
    """
    lines = (_line(line, facts) for line in template.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def escaped(text: str) -> str:
    """As a template that says ``text``."""
    return text.replace("{", "{{").replace("}", "}}")


def _line(line: str, facts: Mapping[str, str]) -> str | None:
    values = [facts[name] for name in fields_of(line) if name in facts]
    if values and not any(values):
        return None

    def part(found: re.Match[str]) -> str:
        if found[0] in _BRACES:
            return _BRACES[found[0]]
        return facts.get(found[1], found[0]) if found[1] is not None else found[0]

    return _PART.sub(part, line)
