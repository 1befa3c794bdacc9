"""What is wrong with an input, in one sentence.

Every check of this package raises `InputProblem`; `prepare` turns it into the answer's `error`. A message
says where (file, sheet, line or var), what was found, what was expected and what to do. It holds no line of
the data beyond one short date or number.
"""


class InputProblem(ValueError):
    """The input or a var cannot be used; the message is the sentence that the user reads."""


def printable(text: str) -> str:
    """The text on one line: the name of a file may hold line ends, or what a terminal would act on."""
    return "".join(character if character.isprintable() else "?" for character in text)


def unreadable_path(error: OSError) -> str:
    """The sentence about a path that the system does not let be read."""
    return f"{error.filename}: {error.strerror or error}: check the path, its permissions and the disk."
