"""The page on which a memory is watched: what it is given, and who serves or saves it.

- `session`: runs that are looked at, and the answers to what the page asks
- `asks`: what a page may ask, and how a message of it is read
- `subjects`, `run`, `verdicts`: what is looked at, loaded and recorded; and verified
- `rerun`: an episode run again, with the edits that were asked for
- `layout`, `run_view`, `episode_view`: a trace as the page draws it
- `pack`: the bytes in which views travel
- `page`: the HTML around the front end
- `server`, `serve`: the live page, for this machine alone, and how it is started and stopped
- `messages`, `desk`, `refusal`, `answering`: asks that arrive there, their turns, and what is refused
- `report`, `sampling`: everything in one file, within a size
"""
