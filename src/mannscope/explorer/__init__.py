"""The explorer: what a page is given, and the answers to what it asks.

- `session`: runs that are looked at, and the answers
- `asks`: what a page may ask; `rerun`: inputs run again, or anew, with edits
- `subjects`: what can be looked at; `run`: its episodes, in groups; `verdicts`: what is claimed of it
- `pack`: a view and its arrays as bytes; `layout`: what a trace holds that can be shown
- `run_view`, `episode_view`: the packs of a run and of an episode
"""
