// What a reader does that needs the host: opening, typing, editing, comparing, verifying, projecting.

import { batch } from "@preact/signals";
import type { Place } from "./address.ts";
import { bestSite } from "./first.ts";
import type { Host } from "./host.ts";
import { isFor, lane, openPlace, replace, showEpisode } from "./opening.ts";
import type { Edit, ProgressMeta, ProjectionMeta, Run, RunMeta } from "./payloads.ts";
import { Requests, troubleOf } from "./requests.ts";
import type { Lane, Long, Signals } from "./state.ts";
import { arrive } from "./state.ts";

export interface Commands {
  open(run: string, place?: Partial<Place>): Promise<void>;
  goTo(episode: number, step?: number): Promise<void>;
  type(text: string): Promise<void>;
  edit(edits: Edit[]): Promise<void>;
  compare(beside: { run: string; episode: number } | null): Promise<void>;
  /** Verify hypotheses, or extract a program, beside everything else. */
  begin(kind: Long): Promise<void>;
  /** Let that end. */
  cancel(): Promise<void>;
  project(site: string, method: string): Promise<void>;
  /** Show a site: the projection that the run has, or else a new one. */
  show(site: string): Promise<void>;
}

async function open(requests: Requests, id: string, place: Partial<Place>): Promise<void> {
  const { state } = requests;
  await openPlace(requests, id, place);
  const run = state.run.value;
  if (run && !run.meta.projected) void complete(requests, run);
  if (!isFor(id, place)) return;
  if (place.site && run?.meta.site_names.includes(place.site)) await show(requests, place.site);
  if (place.colour) state.colour.value = place.colour;
  if (place.edits?.length && run?.meta.live) await edit(requests, place.edits);
  else if (place.beside) await compare(requests, place.beside);
}

/** Request the projections of a run that is already shown. */
async function complete(requests: Requests, run: Run): Promise<void> {
  const { host, state } = requests;
  const answer = await host.request<RunMeta>({ request: "open", run: run.meta.run }).catch((problem: Error) => problem);
  if (state.run.value !== run) return;
  if (answer instanceof Error) {
    state.trouble.value = troubleOf(answer);
    return;
  }
  const { site } = state;
  batch(() => replace(state, requests.keep(answer)));
  const isThere = answer.meta.sites.some((one) => one.site === site.value);
  if (!site.value || (!isThere && !state.projection.value)) {
    if (answer.meta.site_names.includes(site.value)) await show(requests, site.value);
    else site.value = bestSite(answer);
  }
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
  }, "input");
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
  }, "edit");
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
  }, "compare");
}

/** Do what takes long beside everything else: the page stays as usable as it was, and asks how far it is. */
async function begin({ host, state, keep }: Requests, kind: Long): Promise<void> {
  const id = state.run.value?.meta.run;
  if (id === undefined || state.verifying.value) return;
  state.verifying.value = { run: id, kind, says: "beginning", seconds: 0, limit: null };
  const timer = setInterval(() => void ask(host, state, id), ASK_EVERY);
  try {
    const run = await host.request<RunMeta>({ request: kind, run: id });
    keep(run);
    batch(() => replace(state, run));
  } catch (problem) {
    state.trouble.value = { ...troubleOf(problem as Error), at: kind };
  } finally {
    clearInterval(timer);
    state.verifying.value = null;
  }
}

const ASK_EVERY = 1000;

/** Show how far it is; an answer that comes too late, or none, changes nothing. */
async function ask(host: Host, state: Signals, id: string): Promise<void> {
  const answer = await host.request<ProgressMeta>({ request: "progress", run: id }).catch(() => null);
  const now = state.verifying.value;
  if (answer?.meta.work && now?.run === id) state.verifying.value = { run: id, kind: now.kind, ...answer.meta.work };
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
  const run = state.run.value;
  if (run?.meta.projected === false || run?.meta.sites.some((one) => one.site === site)) {
    batch(() => {
      state.projection.value = null;
      state.region.value = null;
      state.site.value = site;
    });
  } else if (run?.meta.live && host.live) {
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
    begin: (kind) => begin(requests, kind),
    cancel: () => cancel(requests),
    project: (site, method) => project(requests, site, method),
    show: (site) => show(requests, site),
  };
}
