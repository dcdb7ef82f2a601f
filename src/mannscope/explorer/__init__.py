"""The explorer: one page to watch a memory, in the browser, in a single file, and in a notebook.

What the page requests, and what it receives:

- `requests`: the requests of a page; `session`: the runs that are explored, and the answers
- `subjects`: what can be explored; `run`: its episodes, in groups; `rerun`: inputs run with edits; `verdicts`
- `payload`: a description and arrays, as bytes; `layout`: what a trace holds that can be shown
- `run_payload`, `episode_payload`: the payloads of a run and of an episode

The hosts of the page:

- `markup`: the HTML around the front end, and what it may do there
- `server`, `serve`, `request_queue`: the live page, for this machine alone
- `report`, `sampling`: the page in one file, within a size
- `exploration`, `notebook`: the page in a notebook, saved or live
- `display`: how networks, verifications and traces show themselves in a notebook
"""
