"""Paragraphs of format=flowed text (RFC 3676) put together again."""


def unflow(text: str, delete_space: bool) -> str:
    """``delete_space``: the parameter DelSp, for languages that part no words. Quoted lines keep their marks."""
    lines: list[str] = []
    pieces: list[str] = []  # of a paragraph whose last line flows on
    depth = 0
    for line in text.split("\n"):
        content = line.lstrip(">")
        own_depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing
        if pieces and (own_depth != depth or content == "-- "):
            lines.append(_marked(depth, pieces))
            pieces = []
        depth = own_depth
        if content.endswith(" ") and content != "-- ":
            pieces.append(content[:-1] if delete_space else content)
        else:
            lines.append(_marked(depth, [*pieces, content]))
            pieces = []
    if pieces:
        lines.append(_marked(depth, pieces))
    return "\n".join(lines)


def _marked(depth: int, pieces: list[str]) -> str:
    return (">" * depth + " " if depth else "") + "".join(pieces)
