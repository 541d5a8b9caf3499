"""The one error whose message a person can act on; any other is a fault of the program."""


class PurchaseAssetsError(Exception):
    """Something that a person can mend.

    Parameters
    ----------
    found : str
        What was found, beginning in lower case, without a full stop.
    expected : str
        What was expected in its place.
    todo : str
        The command, selection or change that mends it.
    """

    def __init__(self, found: str, expected: str, todo: str) -> None:
        super().__init__(f"{found}; expected {expected}; {todo}")
        self.found = found
        self.expected = expected
        self.todo = todo
