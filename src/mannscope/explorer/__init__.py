"""The explorer: one page to watch a memory by, in the browser, in a single file, and in a notebook.

What the page asks, and what it is given:

- `session`: runs that are looked at, and the answers
- `asks`: what a page may ask; `rerun`: inputs run again, or anew, with edits
- `subjects`: what can be looked at; `run`: its episodes, in groups; `verdicts`: what is claimed of it
- `pack`: a view and its arrays as bytes; `layout`: what a trace holds that can be shown
- `run_view`, `episode_view`: the packs of a run and of an episode

Where the page is at home:

- `page`: the HTML around the front end, and what it may do there
- `server`, `serve`: the live page, for this machine alone
- `desk`, `messages`, `refusal`: asks in their turn, as they are read, and where they are refused
- `report`, `sampling`: the page in one file, within a size
- `exploration`, `notebook`: the page in a notebook, saved or live
- `answering`: what all of them ask
"""
