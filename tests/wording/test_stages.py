"""The words of stages, where a trace of a check names them."""

from mailint_gui.wording.stages import trace_words


def test_a_trace_says_in_words_what_began() -> None:
    recorded = "   0.001 -- resolve\n   0.002 S: x -- tls\n   0.003 -- cut off\n   0.004 -- select"
    assert trace_words(recorded).split("\n") == [
        "   0.001 -- looking up the server",
        "   0.002 S: x -- tls",
        "   0.003 -- cut off",
        "   0.004 -- opening the folder",
    ]
