"""The explorer: one page to watch a memory by, in the browser, in a single file, and in a notebook.

- `page`: the HTML around the front end, and what it may do there
- `server`, `serve`: the live page, on this machine alone
- `report`, `sampling`: the page in one file, within a size
- `notebook`, `exploration`: the page in a notebook, saved or live
- `answering`: what all of them ask for packs
"""
