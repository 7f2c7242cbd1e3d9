"""How servers are reached."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Network:
    """The same for every connection of the program.

    ``extra_ca_file``: whom to trust besides the system's authorities, a PEM file. ``proxy``: the URL of a proxy, as
    ``domain.proxy`` takes it. Empty: nobody else, and directly.
    """

    extra_ca_file: str = ""
    proxy: str = ""
