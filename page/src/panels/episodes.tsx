// The episodes of the run: a list of their inputs, and whether every answer was right.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useShared } from "../context.ts";
import type { Listed } from "../payloads.ts";
import { roving } from "../roving.ts";

const MOST = 400;

export function mark(listed: Listed): string {
  return listed.exact === null ? "" : listed.exact ? "✓" : "✗";
}

export function Episodes(): JSX.Element | null {
  const { state } = useShared();
  const [filter, setFilter] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const run = state.run.value;
  const chosen = state.typed.value === null ? state.episodeIndex.value : -1;
  useEffect(() => {
    const [box, item] = [list.current, list.current?.querySelector<HTMLElement>("[aria-current=true]")];
    if (box && item && (item.offsetTop < box.scrollTop || item.offsetTop > box.scrollTop + box.clientHeight - 30)) {
      box.scrollTop = item.offsetTop - 40;
    }
  }, [chosen, run]);
  if (!run) return null;
  const listed = run.meta.episodes.map((episode, index) => ({ episode, index }));
  const wrongs = listed.filter(({ episode }) => episode.exact === false).length;
  const fits = listed.filter(({ episode }) => {
    if (filter === "wrong") return episode.exact === false;
    if (filter === "counterexample") return episode.group === "counterexample";
    return filter === "" || episode.text.includes(filter);
  });
  const stop = fits.some(({ index }) => index === chosen) ? chosen : fits[0]?.index;
  return (
    <section class="panel episodes" aria-label="Episodes">
      <header>
        <h2>Episodes</h2>
        <span class="note">
          {run.meta.episodes.length}
          {wrongs > 0 && `, ${wrongs} wrong`}
        </span>
      </header>
      {run.meta.kept && <p class="hint" data-kept>{run.meta.kept.text}</p>}
      <input
        type="search"
        placeholder="part of an input, or: wrong"
        aria-label="Filter episodes: part of an input, wrong, or counterexample"
        value={filter}
        onInput={(event) => setFilter(event.currentTarget.value)}
      />
      <div class="list" ref={list} role="group" aria-label="Episodes; arrow keys up and down go through them" {...roving()}>
        {fits.slice(0, MOST).map(({ episode, index }) => (
          <button
            type="button"
            key={index}
            aria-current={index === chosen}
            tabIndex={index === stop ? 0 : -1}
            title={episode.text}
            onClick={() => state.goTo(index)}
          >
            <span class="number">{index}</span>
            <code>{episode.text}</code>
            {episode.group === "counterexample" && <span class="tag">counterexample</span>}
            <span class={episode.exact === false ? "wrong" : "right"} aria-label={episode.exact === false ? "wrong" : "right"}>
              {mark(episode)}
            </span>
          </button>
        ))}
        {fits.length > MOST && <p class="hint">and {fits.length - MOST} more; filter to see them</p>}
        {!fits.length && <p class="hint">no episode matches</p>}
      </div>
    </section>
  );
}
