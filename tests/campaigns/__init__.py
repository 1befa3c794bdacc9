"""What breaks the project is done to it on purpose: faults, hostile input, rules turned round.

`python -m campaigns` runs the long campaigns and prints their figures; the tests use the same parts in short.
"""
