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
import { Program } from "./panels/program.tsx";
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
  useEffect(() => {
    if (presents) screen.rest();
  }, [presents, screen]);
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
              <Program />
            </div>
          )}
        </div>
      ) : (
        !state.trouble.value && <Opening />
      )}
    </div>
  );
}

/** What is shown while the first run opens: where everything will be, and what it waits for. */
function Opening(): JSX.Element {
  const { state } = useShared();
  const [first] = state.host.runs;
  return (
    <div class="page opening">
      <div class="left" aria-hidden="true"><i class="bone" /><i class="bone tall" /></div>
      <main class="middle">
        <p class="stage" role="status">{[`Opening ${first?.label ?? ""}`, state.stage.value].filter(Boolean).join(": ")} …</p>
        {[60, 40, 220, 90, 130].map((height) => <i class="bone" key={height} style={`height:${height}px`} aria-hidden="true" />)}
      </main>
      <div class="now" aria-hidden="true"><i class="bone tall" /></div>
    </div>
  );
}

/** The full screen for the page; where a frame forbids it, the page stays as large as it is. */
function screenOf(root: { current: HTMLElement | null }): Screen {
  const isFull = (): boolean => document.fullscreenElement !== null;
  const nothing = (): void => {};
  return {
    isFull,
    rest: () => root.current?.focus({ preventScroll: true }),
    fill(full) {
      if (full && document.fullscreenEnabled && !isFull()) root.current?.requestFullscreen().catch(nothing);
      if (!full && isFull()) document.exitFullscreen().catch(nothing);
    },
  };
}
