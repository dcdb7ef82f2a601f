// One sentence a step: what was read, what was done to the memory, and what was output.

import type { Episode, Run } from "./payloads.ts";
import { actionOf, greatest, isAnswer, named, targetOf, values } from "./payloads.ts";

/** Least share of a reading at which its source is named. */
const WEAKEST = 0.2;

/** What a step wrote: `what step 2 wrote at "7"`, steps counted from 0. */
export function written(run: Run, episode: Episode, step: number): string {
  const symbol = named(run.meta.symbols, values(episode, "input")?.[step] ?? -1);
  return `what step ${step} wrote at "${symbol}"`;
}

function reads(run: Run, episode: Episode, step: number): string {
  const symbol = named(run.meta.symbols, values(episode, "input")?.[step] ?? -1);
  const category = named(run.meta.categories, values(episode, "category")?.[step] ?? -1);
  return `reads ${symbol}${category ? ` (${category})` : ""}`;
}

function acts(run: Run, episode: Episode, step: number): string {
  const done = values(episode, "action");
  const { actors } = run.meta;
  if (!done) return "";
  const phrases = actors.map((actor, index) => {
    const verb = actionOf(run, done, step, index)?.verb;
    return verb && actors.length > 1 ? `${actor.name} ${verb}` : verb;
  });
  return phrases.filter(Boolean).join(", ");
}

/** What slot 0 held before the step, where it has a name; otherwise where the reading comes from. */
function holds(run: Run, episode: Episode, step: number): string {
  const [part] = episode.meta.parts;
  const source = episode.arrays.get("source");
  if (part?.slots && part.first !== "address" && source) {
    const name = episode.meta.parts.length > 1 ? `the ${part.first} of ${part.name}` : `the ${part.first}`;
    const before = step > 0 ? source.values[(step - 1) * source.shape[2]] : -1;
    return before < 0 ? `${name} was empty` : `${name} was ${written(run, episode, before)}`;
  }
  const writer = strongest(episode, step);
  return writer < 0 ? "" : `the reading is mostly ${written(run, episode, writer)}`;
}

/** The step whose write makes the largest part of what is read at a step, or -1. */
export function strongest(episode: Episode, step: number): number {
  const reading = values(episode, "arc_read");
  const writing = values(episode, "arc_write");
  const strength = values(episode, "arc_strength");
  if (!reading || !writing || !strength) return -1;
  let best = -1;
  let most = WEAKEST;
  for (let arc = 0; arc < reading.length; arc++) {
    if (reading[arc] === step && Math.abs(strength[arc]) > most) {
      most = Math.abs(strength[arc]);
      best = writing[arc];
    }
  }
  return best;
}

function outputs(run: Run, episode: Episode, step: number): string {
  const probability = episode.arrays.get("probability");
  const output = values(episode, "output")?.[step] ?? -1;
  if (output < 0) return "";
  const label = named(run.meta.outputs, output);
  const width = probability?.shape[1] ?? 0;
  const best = probability ? greatest(probability.values, step * width, width) : -1;
  const share = best >= 0 && probability ? ` (${probability.values[step * width + best].toFixed(2)})` : "";
  const target = targetOf(episode, step);
  if (target < 0) return `outputs ${label}${share}, where there is no target`;
  const verdict = target === output ? "right" : `wrong: the target is ${named(run.meta.outputs, target)}`;
  return `outputs ${label}${share}, ${verdict}${isAnswer(episode, step) ? "" : " (not part of the answer)"}`;
}

/** The sentence of a step, for eyes and screen readers alike. */
export function sentence(run: Run, episode: Episode, step: number): string {
  const done = [acts(run, episode, step), holds(run, episode, step), outputs(run, episode, step)];
  const rest = done.filter(Boolean).join("; ");
  return `Step ${step}: ${reads(run, episode, step)}${rest ? `: ${rest}` : ""}.`;
}

/** What an audience guesses of a step: what is read is known, and what follows is not. */
export function question(run: Run, episode: Episode, step: number): string {
  const act = values(episode, "action") ? "What does it do with its memory, and what" : "What";
  return `Step ${step}: ${reads(run, episode, step)}. ${act} does it output?`;
}

/** What an episode's answer is, output by output; without marks of an answer, what has a target. */
function answerOf(run: Run, episode: Episode): string[] {
  const [marks, output] = [values(episode, "answer"), values(episode, "output")];
  const all = Array.from({ length: episode.meta.steps }, (_, step) => step);
  const steps = all.filter((step) => (marks ? marks[step] : targetOf(episode, step) >= 0));
  return output ? steps.map((step) => named(run.meta.outputs, output[step])) : [];
}

/** What an intervention did to the answer: `The answer changed from 1 to 4.` */
export function headline(run: Run, before: Episode, after: Episode): string {
  const [one, other] = [answerOf(run, before), answerOf(run, after)];
  if (!one.length) return "";
  const places = one.filter((label, place) => label !== other[place]).length;
  if (!places) return `The answer is still ${one.join(" ")}.`;
  const where = one.length > 1 ? `, at ${places} of ${one.length} places` : "";
  return `The answer changed from ${one.join(" ")} to ${other.join(" ")}${where}.`;
}
