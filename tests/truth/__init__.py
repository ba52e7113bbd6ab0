"""Truth: what real servers do with real apps, and whether the doctor says the same.

A cell is one launch: an environment, a folder of apps, a start command. For each cell the server
is booted as the command says and asked by HTTP; the doctor is given the same words and says what
will happen. Nobody writes an expectation down: reality decides. `python -m tests.truth --help`.
"""
