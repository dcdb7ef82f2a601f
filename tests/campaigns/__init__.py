"""The campaign: thousands of kills, broken inputs and requests, none of which may lose or let in anything.

It is no part of `make test`: run it with `make campaign`.
"""
