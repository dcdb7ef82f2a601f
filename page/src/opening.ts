// Opening a run at a place, as far as the place is there.

import type { Place } from "./address.ts";
import { bestSite, firstView, tellingStep } from "./first.ts";
import type { Trouble } from "./host.ts";
import type { Episode, Run } from "./payloads.ts";
import type { Requests } from "./requests.ts";
import { troubleOf } from "./requests.ts";
import type { Lane, Signals } from "./state.ts";
import { arrive } from "./state.ts";

/** Whether a place is in a run, as far as it says. */
export const isFor = (id: string, place: Partial<Place>): boolean => place.run === undefined || place.run === id;

export function lane(run: Run, episode: Episode): Lane {
  const { meta } = episode;
  const at = meta.episode === null ? "typed" : `episode ${meta.episode}`;
  return { run, episode, title: `${run.meta.label}, ${at}${meta.edits.length ? ", edited" : ""}` };
}

/** Show an episode in the first lane, without what belonged to the one before. */
export function showEpisode(state: Signals, run: Run, episode: Episode, typed: string | null): void {
  state.edits.value = [];
  state.beside.value = null;
  state.second.value = null;
  state.brush.value = null;
  state.first.value = 0;
  state.typed.value = typed;
  state.refused.value = null;
  state.main.value = lane(run, episode);
}

interface Opened {
  run: Run;
  episode: Episode;
  index: number;
  step: number;
  typed: string | null;
  /** What is not there, and what the host refused. */
  missed: string[];
  refused: Trouble | null;
}

/** Request what a link asks for, as far as it is there; say what is not. */
async function requestPlace(requests: Requests, id: string, place: Partial<Place>): Promise<Opened> {
  const { state } = requests;
  const run = await requests.run(id, state.run.value?.meta.run === id);
  const count = run.meta.episodes.length;
  const isThere = place.episode === undefined || place.episode < count;
  const missed = isThere ? [] : [`episode ${place.episode}, and there are ${count}, counted from 0`];
  const view = place.episode !== undefined && isThere ? { episode: place.episode, step: tellingStep(run, place.episode) } : firstView(run);
  if (place.text !== undefined && run.meta.live && requests.host.live) {
    try {
      const episode = await requests.rerun(id, { text: place.text }, []);
      return { run, episode, index: view.episode, step: place.step ?? 0, typed: place.text, missed, refused: null };
    } catch (problem) {
      const refused = { ...troubleOf(problem as Error), at: "input" };
      return { run, episode: await requests.episode(id, view.episode), index: view.episode, step: view.step, typed: null, missed, refused };
    }
  }
  if (place.text !== undefined) missed.push(`the input "${place.text}", which only mannscope explore can run`);
  const episode = await requests.episode(id, view.episode);
  const step = isThere && place.text === undefined ? (place.step ?? view.step) : view.step;
  if (step >= episode.meta.steps) missed.push(`step ${step}, and there are ${episode.meta.steps}, counted from 0`);
  return { run, episode, index: view.episode, step, typed: null, missed, refused: null };
}

/** Open a run at a place; if the place is for another one, which is not here, at what tells most. */
export async function openPlace(requests: Requests, id: string, place: Partial<Place>): Promise<void> {
  const { state } = requests;
  const isKnown = isFor(id, place);
  const wanted = isKnown ? place : {};
  await requests.make("Opening", () => requestPlace(requests, id, wanted), (opened) => {
    const { run, episode, index, step, typed, missed, refused } = opened;
    state.run.value = run;
    state.region.value = null;
    state.projection.value = null;
    state.episodeIndex.value = index;
    showEpisode(state, run, episode, typed);
    state.trouble.value = refused;
    state.refused.value = refused ? (wanted.text ?? "") : null;
    const asked = isKnown ? missed : [`the run ${place.run}, which is not among those here`];
    state.missed.value = asked.length ? `The link is for ${asked.join("; and for ")}. Shown instead: ${run.meta.label}, episode ${index}.` : "";
    if (!run.meta.site_names.includes(state.site.value)) state.site.value = bestSite(run);
    arrive(state, step);
    if (place.present) state.present.value = place.present;
  });
}

/** Put a newer payload of a run in the place of the older one. */
export function replace(state: Signals, run: Run): void {
  const id = run.meta.run;
  if (state.run.value?.meta.run === id) state.run.value = run;
  if (state.main.value?.run.meta.run === id) state.main.value = { ...state.main.value, run };
}
