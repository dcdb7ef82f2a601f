// What packs hold: a run with the outline of all its episodes, and one episode in full.

import type { Pack, Tensor } from "./pack.ts";

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
  score: number | null;
  control: number | null;
  threshold: number | null;
  passes_when: string;
  passed: boolean;
  details: Record<string, unknown>;
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

export interface Verdict {
  name: string;
  holds: boolean;
  hypothesis: {
    description: string;
    categories: Record<string, string[]>;
    policy: Record<string, Record<string, string>>;
  };
  evidence: Evidence[];
  counterexamples: Counterexample[];
}

export interface Verification {
  hypotheses: Verdict[];
  untrained: { holds: boolean };
  shuffled: { holds: boolean };
  broken: boolean;
  episodes: number;
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

export interface RunView {
  kind: "run";
  run: string;
  label: string;
  task: string;
  memory: string;
  fingerprint: string;
  symbols: string[];
  outputs: string[];
  categories: string[];
  actions: string[];
  actors: string[];
  reads: string;
  variables: string[];
  live: boolean;
  example: string;
  episodes: Listed[];
  kept: { kept: number; of: number; told: string } | null;
  sites: Site[];
  /** All sites that can be asked for where the run is live. */
  site_names: string[];
  notes: string[];
  verification: Verification | null;
  accuracy: Accuracy[] | null;
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

export interface EpisodeView {
  kind: "episode";
  run: string;
  episode: number | null;
  text: string;
  steps: number;
  exact: boolean | null;
  edits: Edit[];
  policy: { op: string; actor: string; label: string }[];
  parts: string[];
  heads: { name: string; kind: string }[];
  width: number;
  notes: string[];
}

export interface ProjectionView {
  kind: "projection";
  run: string;
  site: Site;
}

export type Run = Pack<RunView>;
export type Episode = Pack<EpisodeView>;
export type Projection = Pack<ProjectionView>;

/** The values of an array, or undefined where the pack has none. */
export function values(pack: Pack<unknown>, name: string): ArrayLike<number> | undefined {
  return pack.arrays.get(name)?.values;
}

export function tensor(pack: Pack<unknown>, name: string): Tensor | undefined {
  return pack.arrays.get(name);
}

/** The name of a symbol, an output, …: its own, or its number where names are missing. */
export function named(names: readonly string[], index: number): string {
  return index < 0 ? "" : (names[index] ?? String(index));
}

/** Index of the greatest of `count` values from `from` on. */
export function greatest(of: ArrayLike<number>, from: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) if (of[from + index] > of[from + best]) best = index;
  return best;
}

/** The output asked for at a step, or -1. */
export function wanted(episode: Episode, step: number): number {
  return values(episode, "target")?.[step] ?? -1;
}

/** Whether the answer counts at a step. */
export function asked(episode: Episode, step: number): boolean {
  return Boolean(values(episode, "answer")?.[step]);
}
