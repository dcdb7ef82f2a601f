// The page as a whole.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useShared } from "./context.ts";
import type { Screen } from "./keys.ts";
import { onKey, player } from "./keys.ts";
import { Episodes } from "./panels/episodes.tsx";
import { Compare, Intervene, Type } from "./panels/live.tsx";
import { Matches } from "./panels/matches.tsx";
import { Now } from "./panels/now.tsx";
import { ProjectionPanel } from "./panels/projection.tsx";
import { Sentences } from "./panels/sentences.tsx";
import { Strip } from "./panels/strip.tsx";
import { Top, Trouble } from "./panels/top.tsx";
import { Verdicts } from "./panels/verdicts.tsx";

export function App(): JSX.Element {
  const { state, palette } = useShared();
  const root = useRef<HTMLDivElement>(null);
  const [playing, setPlaying] = useState(false);
  const play = useMemo(() => player(state, setPlaying), [state]);
  const screen = useMemo(() => screenOf(root), [root]);
  useEffect(() => {
    // A page of its own receives every key; in a notebook only those that are pressed inside it.
    const target: EventTarget = state.host.kind === "notebook" ? (root.current ?? document) : document;
    const receive = (event: Event): void => onKey(state, play, screen, event as KeyboardEvent);
    target.addEventListener("keydown", receive);
    return () => {
      target.removeEventListener("keydown", receive);
      play.stop();
    };
  }, [state, play, screen]);
  const run = state.run.value;
  const presents = state.present.value !== "";
  return (
    <div class="mannscope" ref={root} data-theme={palette.value.dark ? "dark" : "light"} data-present={presents || undefined} tabIndex={-1}>
      {!presents && <Top screen={screen} />}
      <Trouble />
      {run ? (
        <div class="page">
          {!presents && (
            <div class="left">
              <Type />
              <Episodes />
              <Intervene />
              <Compare />
            </div>
          )}
          <main class="middle">
            <Sentences playing={playing} play={play} screen={screen} />
            <Strip />
          </main>
          <Now />
          {!presents && (
            <div class="below">
              <ProjectionPanel />
              <Matches />
              <Verdicts />
            </div>
          )}
        </div>
      ) : (
        <p class="hint loading">{state.trouble.value ? "" : "Opening…"}</p>
      )}
    </div>
  );
}

/** The full screen for the page; where a frame forbids it, the page stays as large as it is. */
function screenOf(root: { current: HTMLElement | null }): Screen {
  const isFull = (): boolean => document.fullscreenElement !== null;
  const nothing = (): void => {};
  return {
    isFull,
    fill(full) {
      if (full && document.fullscreenEnabled && !isFull()) root.current?.requestFullscreen().catch(nothing);
      if (!full && isFull()) document.exitFullscreen().catch(nothing);
    },
  };
}
