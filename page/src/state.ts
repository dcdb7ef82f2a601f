// The state of the page: the run and episode, the cursor, and what is compared.

import type { ReadonlySignal, Signal } from "@preact/signals";
import { batch, computed, effect, signal } from "@preact/signals";
import type { Place, Present } from "./address.ts";
import type { Commands } from "./commands.ts";
import { createCommands } from "./commands.ts";
import type { Host, Trouble } from "./host.ts";
import type { Region } from "./matches.ts";
import type { Edit, Episode, Projection, Run, Work } from "./payloads.ts";

export interface Lane {
  run: Run;
  episode: Episode;
  title: string;
}

/** What takes long, and is shown beside everything else. */
export type Long = "verify" | "extract";

/** How far that is. */
export interface Verifying extends Work {
  run: string;
  kind: Long;
}

export interface Signals {
  run: Signal<Run | null>;
  episodeIndex: Signal<number>;
  typed: Signal<string | null>;
  step: Signal<number>;
  pinned: Signal<boolean>;
  main: Signal<Lane | null>;
  edits: Signal<Edit[]>;
  beside: Signal<{ run: string; episode: number } | null>;
  second: Signal<Lane | null>;
  brush: Signal<{ from: number; to: number } | null>;
  region: Signal<Region | null>;
  site: Signal<string>;
  colour: Signal<string>;
  projection: Signal<Projection | null>;
  trouble: Signal<Trouble | null>;
  busy: Signal<string>;
  /** What a run that is being opened waits for. */
  stage: Signal<string>;
  /** What a link asked for that is not there; it stays in the address until something else is shown. */
  missed: Signal<string>;
  /** The input of a link that could not be run. */
  refused: Signal<string | null>;
  /** The verification or extraction that goes on beside everything else. */
  verifying: Signal<Verifying | null>;
  /** How many steps are shown, and from which on. */
  shown: Signal<number>;
  first: Signal<number>;
  /** Whether it is presented to an audience, and whether that guesses every step before it is shown. */
  present: Signal<Present>;
  /** Steps from the first on whose actions and outputs the audience has seen, while it guesses. */
  seen: Signal<number>;
  /** Steps a second while it plays. */
  speed: Signal<number>;
  /** Steps whose actions and outputs may be shown. */
  until: ReadonlySignal<number>;
  /** Whether the audience guesses the step under the cursor. */
  covered: ReadonlySignal<boolean>;
  lanes: ReadonlySignal<Lane[]>;
  steps: ReadonlySignal<number>;
}

export interface State extends Signals, Commands {
  host: Host;
  moveTo(step: number): void;
  /** Show what is covered, or else go on by one step. */
  next(): void;
  setPresent(present: Present): void;
  place(): Place;
  close(): void;
}

function createSignals(): Signals {
  const main = signal<Lane | null>(null);
  const second = signal<Lane | null>(null);
  const lanes = computed(() => [main.value, second.value].filter((lane): lane is Lane => lane !== null));
  const [step, seen, present] = [signal(0), signal(0), signal<Present>("")];
  const until = computed(() => (present.value === "guess" ? seen.value : Number.POSITIVE_INFINITY));
  return {
    run: signal<Run | null>(null),
    episodeIndex: signal(0),
    typed: signal<string | null>(null),
    step,
    pinned: signal(false),
    main,
    edits: signal<Edit[]>([]),
    beside: signal<{ run: string; episode: number } | null>(null),
    second,
    brush: signal<{ from: number; to: number } | null>(null),
    region: signal<Region | null>(null),
    site: signal(""),
    colour: signal("category"),
    projection: signal<Projection | null>(null),
    trouble: signal<Trouble | null>(null),
    busy: signal(""),
    stage: signal(""),
    missed: signal(""),
    refused: signal<string | null>(null),
    verifying: signal<Verifying | null>(null),
    shown: signal(1),
    first: signal(0),
    present,
    seen,
    speed: signal(2),
    until,
    covered: computed(() => step.value >= until.value),
    lanes,
    steps: computed(() => Math.max(1, ...lanes.value.map((lane) => lane.episode.meta.steps))),
  };
}

/** Move the cursor, and the steps that are shown with it; not beyond the step that is being guessed. */
export function moveTo(signals: Signals, to: number): void {
  const { step, steps, first, shown, until } = signals;
  const last = steps.value - 1;
  const next = Math.min(Math.max(Math.round(to), 0), last, until.value);
  batch(() => {
    step.value = next;
    let from = Math.max(0, Math.min(first.value, last + 1 - shown.value));
    if (next < from) from = next;
    if (next >= from + shown.value) from = next - shown.value + 1;
    first.value = from;
  });
}

/** Move the cursor in an episode that has just been shown; an audience guesses from there on. */
export function arrive(signals: Signals, to: number): void {
  signals.seen.value = to;
  moveTo(signals, to);
}

function next(signals: Signals): void {
  const { covered, seen, step } = signals;
  if (covered.value) seen.value = step.value + 1;
  else moveTo(signals, step.value + 1);
}

function setPresent(signals: Signals, present: Present): void {
  batch(() => {
    signals.seen.value = signals.step.value + 1;
    signals.present.value = present;
  });
}

/** What a link to this state of the page holds. */
function placeOf({ run, episodeIndex, step, typed, edits, beside, site, colour, present }: Signals): Place {
  return {
    run: run.value?.meta.run ?? "",
    episode: episodeIndex.value,
    step: step.value,
    ...(typed.value === null ? {} : { text: typed.value }),
    ...(edits.value.length ? { edits: edits.value } : {}),
    ...(beside.value ? { beside: beside.value } : {}),
    ...(site.value ? { site: site.value } : {}),
    ...(colour.value === "category" ? {} : { colour: colour.value }),
    ...(present.value ? { present: present.value } : {}),
  };
}

export function createState(host: Host): State {
  const signals = createSignals();
  return {
    ...signals,
    ...createCommands(host, signals),
    host,
    moveTo: (step) => moveTo(signals, step),
    next: () => next(signals),
    setPresent: (present) => setPresent(signals, present),
    place: () => placeOf(signals),
    close: effect(() => {
      if (signals.main.value) host.moved(signals.episodeIndex.value, signals.step.value);
    }),
  };
}
