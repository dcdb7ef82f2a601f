// What a reader does that needs the host: opening, typing, editing, comparing, verifying, projecting.

import { batch } from "@preact/signals";
import type { Place } from "./address.ts";
import type { Host, Trouble } from "./host.ts";
import { Refusal } from "./host.ts";
import type { Edit, Episode, EpisodeMeta, ProgressMeta, ProjectionMeta, Run, RunMeta } from "./payloads.ts";
import type { Lane, Signals } from "./state.ts";
import { arrive } from "./state.ts";

export interface Commands {
  open(run: string, place?: Partial<Place>): Promise<void>;
  goTo(episode: number, step?: number): Promise<void>;
  type(text: string): Promise<void>;
  edit(edits: Edit[]): Promise<void>;
  compare(beside: { run: string; episode: number } | null): Promise<void>;
  verify(): Promise<void>;
  /** Let the verification end. */
  cancel(): Promise<void>;
  project(site: string, method: string): Promise<void>;
  /** Show a site: the projection that the run has, or else a new one. */
  show(site: string): Promise<void>;
}

/** Requests of the host; only the newest may still change the page. */
class Requests {
  readonly host: Host;
  readonly state: Signals;
  private readonly opened = new Map<string, Run>();
  private newest = 0;

  constructor(host: Host, state: Signals) {
    this.host = host;
    this.state = state;
  }

  async make<Result>(description: string, request: () => Promise<Result>, then: (result: Result) => void): Promise<void> {
    const { busy, trouble } = this.state;
    this.newest += 1;
    const own = this.newest;
    busy.value = description;
    try {
      const result = await request();
      if (own !== this.newest) return;
      batch(() => {
        trouble.value = null;
        then(result);
      });
    } catch (problem) {
      if (own === this.newest) trouble.value = troubleOf(problem as Error);
    } finally {
      if (own === this.newest) busy.value = "";
    }
  }

  async run(id: string, again = false): Promise<Run> {
    const known = again ? undefined : this.opened.get(id);
    return known ?? this.keep(await this.host.request<RunMeta>({ request: "open", run: id }));
  }

  readonly keep = (run: Run): Run => {
    this.opened.set(run.meta.run, run);
    return run;
  };

  episode(id: string, episode: number): Promise<Episode> {
    return this.host.request<EpisodeMeta>({ request: "episode", run: id, episode });
  }

  rerun(id: string, input: { text: string } | { episode: number }, edits: Edit[]): Promise<Episode> {
    return this.host.request<EpisodeMeta>({ request: "run", run: id, ...input, edits });
  }
}

function troubleOf(problem: Error): Trouble {
  if (problem instanceof Refusal) return problem.trouble;
  return { must: "the page must work", got: problem.message, remedy: "Reload the page" };
}

function lane(run: Run, episode: Episode): Lane {
  const { meta } = episode;
  const at = meta.episode === null ? "typed" : `episode ${meta.episode}`;
  return { run, episode, title: `${run.meta.label}, ${at}${meta.edits.length ? ", edited" : ""}` };
}

/** Show an episode in the first lane, without what belonged to the one before. */
function showEpisode(state: Signals, run: Run, episode: Episode, typed: string | null): void {
  state.edits.value = [];
  state.beside.value = null;
  state.second.value = null;
  state.brush.value = null;
  state.first.value = 0;
  state.typed.value = typed;
  state.main.value = lane(run, episode);
}

interface Opened {
  run: Run;
  episode: Episode;
  index: number;
  typed: string | null;
}

async function requestPlace(requests: Requests, id: string, place: Partial<Place>): Promise<Opened> {
  const run = await requests.run(id, requests.state.run.value?.meta.run === id);
  const last = run.meta.episodes.length - 1;
  const index = Math.min(place.episode ?? 0, Math.max(last, 0));
  const typed = run.meta.live ? (place.text ?? null) : null;
  const episode = typed === null ? await requests.episode(id, index) : await requests.rerun(id, { text: typed }, []);
  return { run, episode, index, typed };
}

async function open(requests: Requests, id: string, place: Partial<Place>): Promise<void> {
  const { state } = requests;
  await requests.make("Opening", () => requestPlace(requests, id, place), ({ run, episode, index, typed }) => {
    state.run.value = run;
    state.region.value = null;
    state.projection.value = null;
    state.episodeIndex.value = index;
    showEpisode(state, run, episode, typed);
    if (!run.meta.sites.some((one) => one.site === state.site.value)) state.site.value = run.meta.sites[0]?.site ?? "";
    arrive(state, place.step ?? 0);
    if (place.present) state.present.value = place.present;
  });
  const run = state.run.value;
  if (place.site && run?.meta.site_names.includes(place.site)) await show(requests, place.site);
  if (place.colour) state.colour.value = place.colour;
  if (place.edits?.length && run?.meta.live) await edit(requests, place.edits);
  else if (place.beside) await compare(requests, place.beside);
}

async function goTo(requests: Requests, index: number, step?: number): Promise<void> {
  const { state } = requests;
  const run = state.run.value;
  if (!run) return;
  await requests.make("Loading the episode", () => requests.episode(run.meta.run, index), (episode) => {
    state.episodeIndex.value = index;
    showEpisode(state, run, episode, null);
    const same = state.present.value === "guess" ? 0 : Math.min(state.step.value, episode.meta.steps - 1);
    arrive(state, step ?? same);
  });
}

async function type(requests: Requests, text: string): Promise<void> {
  const { state } = requests;
  const run = state.run.value;
  if (!run) return;
  await requests.make("Running", () => requests.rerun(run.meta.run, { text }, []), (episode) => {
    showEpisode(state, run, episode, text);
    arrive(state, 0);
  });
}

async function edit(requests: Requests, edits: Edit[]): Promise<void> {
  const { state } = requests;
  const run = state.run.value;
  if (!run) return;
  if (!edits.length) {
    batch(() => {
      state.edits.value = [];
      state.second.value = null;
    });
    return;
  }
  const typed = state.typed.value;
  const input = typed === null ? { episode: state.episodeIndex.value } : { text: typed };
  await requests.make("Running with your edits", () => requests.rerun(run.meta.run, input, edits), (episode) => {
    state.edits.value = edits;
    state.beside.value = null;
    state.second.value = lane(run, episode);
  });
}

async function compare(requests: Requests, beside: { run: string; episode: number } | null): Promise<void> {
  const { state } = requests;
  if (!beside) {
    batch(() => {
      state.beside.value = null;
      state.second.value = null;
    });
    return;
  }
  const request = async (): Promise<Lane> => lane(await requests.run(beside.run), await requests.episode(beside.run, beside.episode));
  await requests.make("Loading the other episode", request, (other) => {
    state.edits.value = [];
    state.beside.value = beside;
    state.second.value = other;
  });
}

/** Verify beside everything else: the page stays as usable as it was, and asks how far it is. */
async function verify({ host, state, keep }: Requests): Promise<void> {
  const id = state.run.value?.meta.run;
  if (id === undefined || state.verifying.value) return;
  state.verifying.value = { run: id, says: "beginning", seconds: 0, limit: null };
  const timer = setInterval(() => void ask(host, state, id), ASK_EVERY);
  try {
    const run = await host.request<RunMeta>({ request: "verify", run: id });
    keep(run);
    batch(() => {
      if (state.run.value?.meta.run === id) state.run.value = run;
      if (state.main.value?.run.meta.run === id) state.main.value = { ...state.main.value, run };
    });
  } catch (problem) {
    state.trouble.value = troubleOf(problem as Error);
  } finally {
    clearInterval(timer);
    state.verifying.value = null;
  }
}

const ASK_EVERY = 1000;

/** Show how far a verification is; an answer that comes too late, or none, changes nothing. */
async function ask(host: Host, state: Signals, id: string): Promise<void> {
  const answer = await host.request<ProgressMeta>({ request: "progress", run: id }).catch(() => null);
  if (answer?.meta.work && state.verifying.value?.run === id) state.verifying.value = { run: id, ...answer.meta.work };
}

async function cancel({ host, state }: Requests): Promise<void> {
  const id = state.verifying.value?.run;
  if (id !== undefined) await host.request<ProgressMeta>({ request: "cancel", run: id }).catch(() => null);
}

async function project(requests: Requests, site: string, method: string): Promise<void> {
  const { host, state } = requests;
  const run = state.run.value;
  if (!run) return;
  const message = { request: "project", run: run.meta.run, site, method };
  await requests.make("Projecting", () => host.request<ProjectionMeta>(message), (projection) => {
    state.region.value = null;
    state.site.value = site;
    state.projection.value = projection;
  });
}

async function show(requests: Requests, site: string): Promise<void> {
  const { host, state } = requests;
  if (state.run.value?.meta.sites.some((one) => one.site === site)) {
    batch(() => {
      state.projection.value = null;
      state.region.value = null;
      state.site.value = site;
    });
  } else if (state.run.value?.meta.live && host.live) {
    await project(requests, site, "pca");
  }
}

export function createCommands(host: Host, state: Signals): Commands {
  const requests = new Requests(host, state);
  return {
    open: (run, place = {}) => open(requests, run, place),
    goTo: (episode, step) => goTo(requests, episode, step),
    type: (text) => type(requests, text),
    edit: (edits) => edit(requests, edits),
    compare: (beside) => compare(requests, beside),
    verify: () => verify(requests),
    cancel: () => cancel(requests),
    project: (site, method) => project(requests, site, method),
    show: (site) => show(requests, site),
  };
}
