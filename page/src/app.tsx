// The page as a whole.

import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { useShared } from "./context.ts";
import { HELP, onKey, player } from "./keys.ts";
import { DARK, LIGHT } from "./palette.ts";
import { Episodes } from "./panels/episodes.tsx";
import { Compare, Intervene, Type } from "./panels/live.tsx";
import { Matches } from "./panels/matches.tsx";
import { Now } from "./panels/now.tsx";
import { ProjectionPanel } from "./panels/projection.tsx";
import { Strip } from "./panels/strip.tsx";
import { Verdicts } from "./panels/verdicts.tsx";
import { sentence } from "./sentence.ts";

export function App(): JSX.Element {
  const { state, palette } = useShared();
  const root = useRef<HTMLDivElement>(null);
  const [playing, setPlaying] = useState(false);
  const play = useMemo(() => player(state, setPlaying), [state]);
  useEffect(() => {
    // A page of its own receives every key; in a notebook only those that are pressed inside it.
    const target: EventTarget = state.host.kind === "notebook" ? (root.current ?? document) : document;
    const receive = (event: Event): void => onKey(state, play, event as KeyboardEvent);
    target.addEventListener("keydown", receive);
    return () => {
      target.removeEventListener("keydown", receive);
      play.stop();
    };
  }, [state, play]);
  const run = state.run.value;
  return (
    <div class="mannscope" ref={root} data-theme={palette.value.dark ? "dark" : "light"} tabIndex={-1}>
      <Top />
      <Trouble />
      {run ? (
        <div class="page">
          <div class="left">
            <Type />
            <Episodes />
            <Intervene />
            <Compare />
          </div>
          <main class="middle">
            <Sentences playing={playing} toggle={play.toggle} />
            <Strip />
          </main>
          <Now />
          <div class="below">
            <ProjectionPanel />
            <Matches />
            <Verdicts />
          </div>
        </div>
      ) : (
        <p class="hint loading">{state.trouble.value ? "" : "Opening…"}</p>
      )}
    </div>
  );
}

function Top(): JSX.Element {
  const { state, palette } = useShared();
  const [copied, setCopied] = useState(false);
  const [help, setHelp] = useState(false);
  const run = state.run.value;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      setCopied(false);
    }
  };
  return (
    <header class="top">
      <h1>mannscope</h1>
      <nav aria-label="Networks">
        {state.host.runs.map((one) => (
          <button type="button" key={one.run} aria-current={one.run === run?.meta.run} onClick={() => state.open(one.run)}>
            {one.label}
          </button>
        ))}
      </nav>
      <span class="busy" role="status">{state.busy.value && `${state.busy.value} …`}</span>
      {run && (
        <span class="facts">
          {[run.meta.task, run.meta.memory, run.meta.fingerprint && `weights ${run.meta.fingerprint.slice(0, 8)}`].filter(Boolean).join(" · ")}
        </span>
      )}
      {state.host.kind !== "notebook" && navigator.clipboard && (
        <button type="button" class="quiet" onClick={copy}>{copied ? "Copied" : "Copy link"}</button>
      )}
      <button type="button" class="quiet" onClick={() => (palette.value = palette.value.dark ? LIGHT : DARK)}>
        {palette.value.dark ? "Light" : "Dark"}
      </button>
      <button type="button" class="quiet" aria-expanded={help} onClick={() => setHelp(!help)}>Keys</button>
      {help && (
        <dl class="keys">
          {HELP.map(([key, effect]) => (
            <div key={key}><dt>{key}</dt><dd>{effect}</dd></div>
          ))}
        </dl>
      )}
    </header>
  );
}

function Trouble(): JSX.Element | null {
  const { state } = useShared();
  const trouble = state.trouble.value;
  if (!trouble) return null;
  return (
    <div class="trouble" role="alert">
      <p>
        <b>{trouble.must}</b>. Got {trouble.got}. {trouble.remedy.replace(/\.$/, "")}.
      </p>
      <button type="button" class="quiet" aria-label="Close the message" onClick={() => (state.trouble.value = null)}>✕</button>
    </div>
  );
}

/** The sentence of the step, for every lane, and the slider that moves the cursor. */
function Sentences({ playing, toggle }: { playing: boolean; toggle: () => void }): JSX.Element {
  const { state } = useShared();
  const step = state.step.value;
  const lanes = state.lanes.value;
  const steps = state.steps.value;
  const [main] = lanes;
  return (
    <div class="sentences">
      {main && <p class="input-text"><code>{main.episode.meta.text}</code> {verdictOf(main.episode.meta.exact)}</p>}
      <div aria-live="polite" class="sentence">
        {lanes.map((lane, index) =>
          step < lane.episode.meta.steps ? (
            <p key={index} data-sentence={index}>
              {lanes.length > 1 && <span class="badge">{"AB"[index]}</span>} {sentence(lane.run, lane.episode, step)}
            </p>
          ) : null,
        )}
      </div>
      <div class="row">
        <button type="button" class="play" onClick={toggle} aria-label={playing ? "Stop" : "Play"}>{playing ? "❚❚" : "▶"}</button>
        <input
          type="range"
          min={0}
          max={steps - 1}
          value={step}
          aria-label="Step"
          aria-valuetext={main && step < main.episode.meta.steps ? sentence(main.run, main.episode, step) : ""}
          onInput={(event) => state.moveTo(Number(event.currentTarget.value))}
        />
        <span class="note">{step} / {steps - 1}</span>
      </div>
    </div>
  );
}

function verdictOf(exact: boolean | null): JSX.Element | null {
  if (exact === null) return null;
  return <span class={exact ? "right" : "wrong"}>{exact ? "✓ every answer is right" : "✗ not every answer is right"}</span>;
}
