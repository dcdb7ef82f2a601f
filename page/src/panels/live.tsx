// Run an input of one's own, change what happens on the way, and see what it changes.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useShared } from "../context.ts";
import type { Edit, Run } from "../views.ts";
import { named, tensor } from "../views.ts";

export function Type(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  const [text, setText] = useState("");
  useEffect(() => setText(state.typed.value ?? run?.view.example ?? ""), [run?.view.run, state.typed.value]);
  if (!run?.view.live || !state.host.live) return null;
  const submit = (event: Event): void => {
    event.preventDefault();
    state.type(text);
  };
  return (
    <section class="panel" aria-label="Your own input">
      <h2>Your own input</h2>
      <form class="row" onSubmit={submit}>
        <input
          name="input"
          aria-label="Input to run"
          spellcheck={false}
          autocomplete="off"
          maxLength={2000}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="strong">Run</button>
      </form>
    </section>
  );
}

function tellEdit(run: Run, edit: Edit): string {
  const at = (step: number | null): string => (step === null ? "at every step" : `at step ${step + 1}`);
  switch (edit.kind) {
    case "force":
      return `${named(run.view.actors, edit.actor)} does ${named(run.view.actions, edit.action)} ${at(edit.step)}`;
    case "zero reading":
      return `nothing is read ${at(edit.step)}`;
    case "freeze memory":
      return `the memory is frozen ${at(edit.step)}`;
    default:
      return `slot ${edit.slot} ${at(edit.step)} becomes slot ${edit.from.slot} of episode ${edit.from.episode + 1}, step ${edit.from.step + 1}`;
  }
}

export function Intervene(): JSX.Element | null {
  const { state } = useShared();
  const lane = state.main.value;
  const run = state.run.value;
  if (!run?.view.live || !state.host.live || !lane || !run.view.actors.length) return null;
  const step = Math.min(state.step.value, lane.episode.view.steps - 1);
  const add = (edit: Edit): Promise<void> => state.edit([...state.edits.value, edit]);
  const force = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    add({ kind: "force", step, actor: Number(fields.get("actor") ?? 0), action: Number(fields.get("action")) });
  };
  return (
    <section class="panel" aria-label="Intervene">
      <h2>Intervene <span class="note">at step {step + 1}; the outcome is lane B</span></h2>
      <form class="row" onSubmit={force}>
        {run.view.actors.length > 1 && (
          <select name="actor" aria-label="Who is forced">
            {run.view.actors.map((actor, index) => <option key={actor} value={index}>{actor}</option>)}
          </select>
        )}
        <select name="action" aria-label="Action to force">
          {run.view.actions.map((action, index) => <option key={action} value={index}>{action}</option>)}
        </select>
        <button type="submit">Force</button>
      </form>
      <Here words="Zero the reading" kind="zero reading" step={step} add={add} />
      <Here words="Freeze the memory" kind="freeze memory" step={step} add={add} />
      {tensor(lane.episode, "norm") && <Exchange run={run} step={step} parts={lane.episode.view.parts} add={add} />}
      {state.edits.value.length > 0 && (
        <ul class="edits" aria-label="Edits">
          {state.edits.value.map((edit, index) => (
            <li key={index}>
              {tellEdit(run, edit)}
              <button
                type="button"
                class="quiet"
                aria-label={`Take back: ${tellEdit(run, edit)}`}
                onClick={() => state.edit(state.edits.value.filter((_, other) => other !== index))}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface HereProps {
  words: string;
  kind: "zero reading" | "freeze memory";
  step: number;
  add(edit: Edit): Promise<void>;
}

/** An edit that can be made at this step, or at every step. */
function Here({ words, kind, step, add }: HereProps): JSX.Element {
  return (
    <div class="row" role="group" aria-label={words}>
      <span class="grow">{words}</span>
      <button type="button" aria-label={`${words} here`} onClick={() => add({ kind, step })}>here</button>
      <button type="button" aria-label={`${words} always`} onClick={() => add({ kind, step: null })}>always</button>
    </div>
  );
}

interface ExchangeProps {
  run: Run;
  step: number;
  parts: string[];
  add(edit: Edit): Promise<void>;
}

function Exchange({ run, step, parts, add }: ExchangeProps): JSX.Element {
  const exchange = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const whole = (name: string, less = 0): number => Number(fields.get(name) ?? less) - less;
    const from = { episode: whole("episode", 1), step: whole("step", 1), slot: whole("from") };
    add({ kind: "exchange", step, part: whole("part"), slot: whole("slot"), from });
  };
  return (
    <details>
      <summary>Exchange a slot's contents</summary>
      <form class="grid" onSubmit={exchange}>
        {parts.length > 1 && (
          <label>
            of
            <select name="part">{parts.map((part, index) => <option key={part} value={index}>{part}</option>)}</select>
          </label>
        )}
        <label>slot <input name="slot" type="number" min={0} value={0} required /></label>
        <label>becomes slot <input name="from" type="number" min={0} value={0} required /></label>
        <label>of episode <input name="episode" type="number" min={1} max={run.view.episodes.length} value={1} required /></label>
        <label>after step <input name="step" type="number" min={1} value={step + 1} required /></label>
        <button type="submit">Exchange</button>
      </form>
    </details>
  );
}

export function Compare(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  if (!run) return null;
  const submit = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    state.compare({ run: String(fields.get("run")), episode: Number(fields.get("episode")) - 1 });
  };
  return (
    <section class="panel" aria-label="Compare">
      <h2>Compare</h2>
      <form class="row" onSubmit={submit}>
        <select name="run" aria-label="Network beside this one">
          {state.host.runs.map((one) => (
            <option key={one.run} value={one.run} selected={one.run === run.view.run}>{one.label}</option>
          ))}
        </select>
        <input name="episode" type="number" min={1} value={state.episodeIndex.value + 1} aria-label="Episode beside this one" required />
        <button type="submit">Show</button>
        {state.second.value && !state.edits.value.length && (
          <button type="button" class="quiet" aria-label="Stop comparing" onClick={() => state.compare(null)}>✕</button>
        )}
      </form>
    </section>
  );
}
