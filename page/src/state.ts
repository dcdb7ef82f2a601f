// The state of the view: which run and episode, where the cursor is, and what is beside it.

import type { ReadonlySignal, Signal } from "@preact/signals";
import { batch, computed, effect, signal } from "@preact/signals";
import type { Place } from "./address.ts";
import type { Host, Trouble } from "./host.ts";
import { Refusal } from "./host.ts";
import type { Region } from "./matches.ts";
import type { Edit, Episode, EpisodeView, Projection, ProjectionView, Run, RunView } from "./views.ts";

export interface Lane {
  run: Run;
  episode: Episode;
  title: string;
}

export interface State {
  host: Host;
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
  /** How many steps are shown, and from which on. */
  shown: Signal<number>;
  first: Signal<number>;
  lanes: ReadonlySignal<Lane[]>;
  steps: ReadonlySignal<number>;
  open(run: string, place?: Partial<Place>): Promise<void>;
  goTo(episode: number, step?: number): Promise<void>;
  type(text: string): Promise<void>;
  edit(edits: Edit[]): Promise<void>;
  compare(beside: { run: string; episode: number } | null): Promise<void>;
  moveTo(step: number): void;
  verify(): Promise<void>;
  project(site: string, method: string): Promise<void>;
  /** Show a site: as the run has it, or else projected now. */
  show(site: string): Promise<void>;
  place(): Place;
  close(): void;
}

export function createState(host: Host): State {
  const opened = new Map<string, Run>();
  const run = signal<Run | null>(null);
  const episodeIndex = signal(0);
  const typed = signal<string | null>(null);
  const step = signal(0);
  const main = signal<Lane | null>(null);
  const edits = signal<Edit[]>([]);
  const beside = signal<{ run: string; episode: number } | null>(null);
  const second = signal<Lane | null>(null);
  const trouble = signal<Trouble | null>(null);
  const busy = signal("");
  const shown = signal(1);
  const first = signal(0);
  const region = signal<Region | null>(null);
  const brush = signal<{ from: number; to: number } | null>(null);
  const projection = signal<Projection | null>(null);
  const lanes = computed(() => [main.value, second.value].filter((lane): lane is Lane => lane !== null));
  const steps = computed(() => Math.max(1, ...lanes.value.map((lane) => lane.episode.view.steps)));
  let asked = 0;

  /** Do something that asks the host; only the newest of its kind may still change the view. */
  async function doing<Result>(words: string, ask: () => Promise<Result>, then: (result: Result) => void): Promise<void> {
    asked += 1;
    const own = asked;
    busy.value = words;
    try {
      const result = await ask();
      if (own !== asked) return;
      batch(() => {
        trouble.value = null;
        then(result);
      });
    } catch (problem) {
      if (own === asked) trouble.value = told(problem as Error);
    } finally {
      if (own === asked) busy.value = "";
    }
  }

  async function openRun(id: string, again = false): Promise<Run> {
    const known = again ? undefined : opened.get(id);
    if (known) return known;
    const found = await host.ask<RunView>({ ask: "open", run: id });
    opened.set(id, found);
    return found;
  }

  const askEpisode = (id: string, episode: number): Promise<Episode> =>
    host.ask<EpisodeView>({ ask: "episode", run: id, episode });

  const source = (): { text: string } | { episode: number } =>
    typed.value === null ? { episode: episodeIndex.value } : { text: typed.value };

  function moveTo(to: number): void {
    const last = steps.value - 1;
    const next = Math.min(Math.max(Math.round(to), 0), last);
    batch(() => {
      step.value = next;
      let from = Math.max(0, Math.min(first.value, last + 1 - shown.value));
      if (next < from) from = next;
      if (next >= from + shown.value) from = next - shown.value + 1;
      first.value = from;
    });
  }

  function lane(of: Run, episode: Episode): Lane {
    const { view } = episode;
    const at = view.episode === null ? "typed" : `episode ${view.episode + 1}`;
    return { run: of, episode, title: `${of.view.label}, ${at}${view.edits.length ? ", edited" : ""}` };
  }

  function forget(): void {
    batch(() => {
      edits.value = [];
      beside.value = null;
      second.value = null;
      brush.value = null;
      first.value = 0;
    });
  }

  const state: State = {
    host,
    run,
    episodeIndex,
    typed,
    step,
    pinned: signal(false),
    main,
    edits,
    beside,
    second,
    brush,
    region,
    site: signal(""),
    colour: signal("category"),
    projection,
    trouble,
    busy,
    shown,
    first,
    lanes,
    steps,
    async open(id, place = {}) {
      await doing(
        "Opening",
        async () => {
          const found = await openRun(id, run.value?.view.run === id);
          const last = found.view.episodes.length - 1;
          const index = Math.min(place.episode ?? 0, Math.max(last, 0));
          const live = place.text !== undefined && found.view.live;
          const episode = live
            ? await host.ask<EpisodeView>({ ask: "run", run: id, text: place.text, edits: [] })
            : await askEpisode(id, index);
          return { found, episode, index, live };
        },
        ({ found, episode, index, live }) => {
          forget();
          run.value = found;
          region.value = null;
          projection.value = null;
          typed.value = live ? (place.text ?? null) : null;
          episodeIndex.value = index;
          main.value = lane(found, episode);
          if (!found.view.sites.some((one) => one.site === state.site.value)) {
            state.site.value = found.view.sites[0]?.site ?? "";
          }
          moveTo(place.step ?? 0);
        },
      );
      if (place.site && run.value?.view.site_names.includes(place.site)) await state.show(place.site);
      if (place.colour) state.colour.value = place.colour;
      if (place.edits?.length && run.value?.view.live) await state.edit(place.edits);
      else if (place.beside) await state.compare(place.beside);
    },
    async goTo(index, at) {
      const of = run.value;
      if (!of) return;
      await doing(
        "Loading the episode",
        () => askEpisode(of.view.run, index),
        (episode) => {
          forget();
          typed.value = null;
          episodeIndex.value = index;
          main.value = lane(of, episode);
          moveTo(at ?? Math.min(step.value, episode.view.steps - 1));
        },
      );
    },
    async type(text) {
      const of = run.value;
      if (!of) return;
      await doing(
        "Running",
        () => host.ask<EpisodeView>({ ask: "run", run: of.view.run, text, edits: [] }),
        (episode) => {
          forget();
          typed.value = text;
          main.value = lane(of, episode);
          moveTo(0);
        },
      );
    },
    async edit(wanted) {
      const of = run.value;
      if (!of) return;
      if (!wanted.length) {
        batch(() => {
          edits.value = [];
          second.value = null;
        });
        return;
      }
      await doing(
        "Running with your edits",
        () => host.ask<EpisodeView>({ ask: "run", run: of.view.run, ...source(), edits: wanted }),
        (episode) => {
          edits.value = wanted;
          beside.value = null;
          second.value = lane(of, episode);
        },
      );
    },
    async compare(wanted) {
      if (!wanted) {
        batch(() => {
          beside.value = null;
          second.value = null;
        });
        return;
      }
      await doing(
        "Loading the other episode",
        async () => {
          const other = await openRun(wanted.run);
          return { other, episode: await askEpisode(wanted.run, wanted.episode) };
        },
        ({ other, episode }) => {
          edits.value = [];
          beside.value = wanted;
          second.value = lane(other, episode);
        },
      );
    },
    moveTo,
    async verify() {
      const of = run.value;
      if (!of) return;
      await doing(
        "Verifying; this takes about a quarter of a minute",
        () => host.ask<RunView>({ ask: "verify", run: of.view.run }),
        (found) => {
          opened.set(found.view.run, found);
          run.value = found;
          if (main.value) main.value = { ...main.value, run: found };
        },
      );
    },
    async project(site, method) {
      const of = run.value;
      if (!of) return;
      await doing(
        "Projecting",
        () => host.ask<ProjectionView>({ ask: "project", run: of.view.run, site, method }),
        (found) => {
          region.value = null;
          state.site.value = site;
          projection.value = found;
        },
      );
    },
    async show(site) {
      if (run.value?.view.sites.some((one) => one.site === site)) {
        batch(() => {
          projection.value = null;
          region.value = null;
          state.site.value = site;
        });
      } else if (run.value?.view.live && host.live) {
        await state.project(site, "pca");
      }
    },
    place: () => ({
      run: run.value?.view.run ?? "",
      episode: episodeIndex.value,
      step: step.value,
      ...(typed.value === null ? {} : { text: typed.value }),
      ...(edits.value.length ? { edits: edits.value } : {}),
      ...(beside.value ? { beside: beside.value } : {}),
      ...(state.site.value ? { site: state.site.value } : {}),
      ...(state.colour.value === "category" ? {} : { colour: state.colour.value }),
    }),
    close: effect(() => host.tell(episodeIndex.value, step.value)),
  };
  return state;
}

function told(problem: Error): Trouble {
  if (problem instanceof Refusal) return problem.trouble;
  return { must: "the page must work", got: problem.message, remedy: "Reload the page" };
}
