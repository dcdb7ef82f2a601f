// What payloads hold: a run with the outline of all its episodes, and one episode in full.

import type { Payload, Tensor } from "./payload.ts";

/** What takes long: what is done now, and the seconds that it took and may take. */
export interface Work {
  says: string;
  seconds: number;
  limit: number | null;
}

export interface ProgressMeta {
  kind: "progress";
  run: string;
  work: Work | null;
}

export interface Listed {
  text: string;
  steps: number;
  size: number | null;
  shape: string | null;
  group: string;
  exact: boolean | null;
}

export interface Site {
  site: string;
  method: string;
  points: number;
  available: number;
  explained: [number, number] | null;
  trustworthiness: number | null;
  neighbours_kept: number | null;
  neighbours_kept_control: number | null;
  note: string;
}

export interface Evidence {
  kind: string;
  question: string;
  outcome: Outcome;
  decides: boolean;
  score: number | null;
  interval: [number, number] | null;
  control: number | null;
  threshold: number | null;
  worst: { name: string; score: number } | null;
}

export interface Counterexample {
  input: string;
  step: number;
  symbol: string;
  actor: string;
  expected: string;
  got: string;
  episode?: number;
}

export type Outcome = "passed" | "failed" | "undecided";

export interface Verdict {
  name: string;
  holds: boolean;
  outcome: Outcome;
  says: string;
  hypothesis: {
    description: string;
    categories: Record<string, string[]>;
    policy: Record<string, Record<string, string>>;
  };
  evidence: Evidence[];
  counterexamples: Counterexample[];
}

export interface Control {
  judged: boolean;
  holds: boolean;
}

export interface Verification {
  hypotheses: Verdict[];
  untrained: Control;
  elsewhere: Control;
  shuffled: Control;
  /** Other trained networks that were given as controls, by their names. */
  others: Record<string, Control>;
  controls_failed: boolean;
  episodes: number;
}

/** The rules at one symbol: the conditions that matter, and what is done or output where they are so. */
export interface ProgramRules {
  by: string[];
  rules: { when: string[]; do?: string[]; write?: string | null; next?: string; output?: string }[];
}

export interface Extraction {
  agrees: boolean;
  agreement: number;
  states: number;
  contents: number;
  rules: number;
  rows: { size: number }[];
  notes: string[];
  program: { machine: string; start: string; steps: Record<string, ProgramRules>; outputs: Record<string, ProgramRules> };
}

export interface Accuracy {
  size: number;
  shape: string;
  episodes: number;
  exact: number;
  exact_discrete: number;
  base_rate: number;
  interval: [number, number];
}

/** One of an actor's own actions. */
export interface Action {
  name: string;
  verb: string;
  glyph: string;
  weight: 0 | 1 | 2;
}

export interface Actor {
  name: string;
  actions: Action[];
}

/** A part of the memory that has slots, or one vector only. */
export interface Part {
  name: string;
  /** What slot 0 is. */
  first: "top" | "front" | "address";
  slots: boolean;
}

export interface RunMeta {
  kind: "run";
  run: string;
  label: string;
  task: string;
  memory: string;
  fingerprint: string;
  symbols: string[];
  outputs: string[];
  categories: string[];
  actors: Actor[];
  variables: string[];
  live: boolean;
  example: string;
  episodes: Listed[];
  kept: { kept: number; of: number; text: string } | null;
  sites: Site[];
  /** Whether the sites are there; otherwise they come with a further request. */
  projected: boolean;
  /** What the network was made of, with the options of its task. */
  configuration: { task?: Record<string, unknown> } | null;
  /** All sites that can be projected where the run is live. */
  site_names: string[];
  notes: string[];
  verification: Verification | null;
  accuracy: Accuracy[] | null;
  program: Extraction | null;
}

export type Edit =
  | { kind: "force"; step: number; actor: number; action: number }
  | { kind: "zero reading"; step: number | null }
  | { kind: "freeze memory"; step: number | null }
  | {
      kind: "exchange";
      step: number;
      part: number;
      slot: number;
      from: { episode: number; step: number; slot: number };
    };

export interface EpisodeMeta {
  kind: "episode";
  run: string;
  episode: number | null;
  text: string;
  steps: number;
  exact: boolean | null;
  edits: Edit[];
  policy: { op: string; actor: string; label: string }[];
  parts: Part[];
  heads: { name: string; kind: "read" | "write" }[];
  /** Memory without slots, in the arrays heat_0, heat_1 and so on. */
  heatmaps: { name: string; axes: string }[];
  notes: string[];
}

export interface ProjectionMeta {
  kind: "projection";
  run: string;
  site: Site;
}

export type Run = Payload<RunMeta>;
export type Episode = Payload<EpisodeMeta>;
export type Projection = Payload<ProjectionMeta>;

/** The values of an array, or undefined where the payload has none. */
export function values(payload: Payload<unknown>, name: string): ArrayLike<number> | undefined {
  return payload.arrays.get(name)?.values;
}

export function tensor(payload: Payload<unknown>, name: string): Tensor | undefined {
  return payload.arrays.get(name);
}

/** The name of a symbol, an output, …: its own, or its number where names are missing. */
export function named(names: readonly string[], index: number): string {
  return index < 0 ? "" : (names[index] ?? String(index));
}

/** The action of an actor at a step; an action without a name is named by its number. */
export function actionOf(run: Run, done: ArrayLike<number>, step: number, actor: number): Action | null {
  const index = done[step * run.meta.actors.length + actor] ?? -1;
  return actionAt(run.meta.actors[actor], index);
}

export function actionAt(actor: Actor | undefined, index: number): Action | null {
  if (index < 0) return null;
  const name = String(index);
  return actor?.actions[index] ?? { name, verb: `does ${name}`, glyph: name, weight: 1 };
}

/** The label of a slot: what slot 0 is, or its number. */
export function slotLabel(part: Part, slot: number): string {
  if (!part.slots) return "vector";
  return slot === 0 && part.first !== "address" ? part.first : String(slot);
}

/** Index of the greatest of `count` values from `from` on. */
export function greatest(of: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) if (of[from + index] > of[from + best]) best = index;
  return best;
}

/** The target of a step, or -1. */
export function targetOf(episode: Episode, step: number): number {
  return values(episode, "target")?.[step] ?? -1;
}

/** Whether a step is part of the answer. */
export function isAnswer(episode: Episode, step: number): boolean {
  return Boolean(values(episode, "answer")?.[step]);
}
