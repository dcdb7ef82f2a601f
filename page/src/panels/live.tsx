// Run an input of your own, intervene in it, and compare the outcome.

import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useShared } from "../context.ts";
import type { Edit, Part, Run } from "../payloads.ts";
import { actionAt, tensor } from "../payloads.ts";
import { TroubleAt } from "./top.tsx";

export function Type(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  const [text, setText] = useState("");
  const given = state.refused.value ?? state.typed.value;
  useEffect(() => setText(given ?? run?.meta.example ?? ""), [run?.meta.run, given]);
  if (!run?.meta.live || !state.host.live) return null;
  const isRefused = state.trouble.value?.at === "input";
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
          aria-invalid={isRefused}
          aria-describedby={isRefused ? "trouble-input" : undefined}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="strong">Run</button>
      </form>
      <TroubleAt at="input" />
    </section>
  );
}

function describeEdit(run: Run, edit: Edit): string {
  const at = (step: number | null): string => (step === null ? "at every step" : `at step ${step}`);
  switch (edit.kind) {
    case "force":
      return `${run.meta.actors[edit.actor]?.name} does ${actionAt(run.meta.actors[edit.actor], edit.action)?.name} ${at(edit.step)}`;
    case "zero reading":
      return `the reading is zero ${at(edit.step)}`;
    case "freeze memory":
      return `the memory is frozen ${at(edit.step)}`;
    default:
      return `slot ${edit.slot} ${at(edit.step)} becomes slot ${edit.from.slot} of episode ${edit.from.episode}, step ${edit.from.step}`;
  }
}

export function Intervene(): JSX.Element | null {
  const { state } = useShared();
  const lane = state.main.value;
  const run = state.run.value;
  if (!run?.meta.live || !state.host.live || !lane || !run.meta.actors.length) return null;
  const step = Math.min(state.step.value, lane.episode.meta.steps - 1);
  const add = (edit: Edit): Promise<void> => state.edit([...state.edits.value, edit]);
  return (
    <section class="panel" aria-label="Intervene">
      <h2>Intervene <span class="note">at step {step}; the outcome is lane B</span></h2>
      <Force run={run} step={step} add={add} />
      <Here label="Zero the reading" kind="zero reading" step={step} add={add} />
      <Here label="Freeze the memory" kind="freeze memory" step={step} add={add} />
      {tensor(lane.episode, "norm") && lane.episode.meta.parts.every((part) => part.slots) && <Exchange run={run} step={step} parts={lane.episode.meta.parts} add={add} />}
      <TroubleAt at="edit" />
      {state.edits.value.length > 0 && (
        <ul class="edits" aria-label="Edits">
          {state.edits.value.map((edit, index) => (
            <li key={index}>
              {describeEdit(run, edit)}
              <button
                type="button"
                class="quiet"
                aria-label={`Undo: ${describeEdit(run, edit)}`}
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

interface ForceProps {
  run: Run;
  step: number;
  add(edit: Edit): Promise<void>;
}

/** Force an actor to do one of its own actions. */
function Force({ run, step, add }: ForceProps): JSX.Element {
  const { actors } = run.meta;
  const [chosen, choose] = useState(0);
  const actor = Math.min(chosen, actors.length - 1);
  const force = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    add({ kind: "force", step, actor, action: Number(fields.get("action")) });
  };
  return (
    <form class="row" onSubmit={force}>
      {actors.length > 1 && (
        <select name="actor" aria-label="Actor to force" value={actor} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {actors.map(({ name }, index) => <option key={name} value={index}>{name}</option>)}
        </select>
      )}
      <select key={actor} name="action" aria-label="Action to force">
        {actors[actor]?.actions.map(({ name }, index) => <option key={name} value={index}>{name}</option>)}
      </select>
      <button type="submit">Force</button>
    </form>
  );
}

interface HereProps {
  label: string;
  kind: "zero reading" | "freeze memory";
  step: number;
  add(edit: Edit): Promise<void>;
}

/** An edit that can be made at this step, or at every step. */
function Here({ label, kind, step, add }: HereProps): JSX.Element {
  return (
    <div class="row" role="group" aria-label={label}>
      <span class="grow">{label}</span>
      <button type="button" aria-label={`${label} here`} onClick={() => add({ kind, step })}>here</button>
      <button type="button" aria-label={`${label} always`} onClick={() => add({ kind, step: null })}>always</button>
    </div>
  );
}

interface ExchangeProps {
  run: Run;
  step: number;
  parts: Part[];
  add(edit: Edit): Promise<void>;
}

function Exchange({ run, step, parts, add }: ExchangeProps): JSX.Element {
  const exchange = (event: Event): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const whole = (name: string): number => Number(fields.get(name) ?? 0);
    const from = { episode: whole("episode"), step: whole("step"), slot: whole("from") };
    add({ kind: "exchange", step, part: whole("part"), slot: whole("slot"), from });
  };
  return (
    <details>
      <summary>Exchange a slot's contents</summary>
      <form class="grid" onSubmit={exchange}>
        {parts.length > 1 && (
          <label>
            of
            <select name="part">{parts.map(({ name }, index) => <option key={name} value={index}>{name}</option>)}</select>
          </label>
        )}
        <label>slot <input name="slot" type="number" min={0} value={0} required /></label>
        <label>becomes slot <input name="from" type="number" min={0} value={0} required /></label>
        <label>of episode <input name="episode" type="number" min={0} max={run.meta.episodes.length - 1} value={0} required /></label>
        <label>after step <input name="step" type="number" min={0} value={step} required /></label>
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
    state.compare({ run: String(fields.get("run")), episode: Number(fields.get("episode")) });
  };
  return (
    <section class="panel" aria-label="Compare">
      <h2>Compare</h2>
      <form class="row" onSubmit={submit}>
        <select name="run" aria-label="Network beside this one">
          {state.host.runs.map((one) => (
            <option key={one.run} value={one.run} selected={one.run === run.meta.run}>{one.label}</option>
          ))}
        </select>
        <input name="episode" type="number" min={0} value={state.episodeIndex.value} aria-label="Episode beside this one" required />
        <button type="submit">Show</button>
        {state.second.value && !state.edits.value.length && (
          <button type="button" class="quiet" aria-label="Stop comparing" onClick={() => state.compare(null)}>✕</button>
        )}
      </form>
      <TroubleAt at="compare" />
    </section>
  );
}
