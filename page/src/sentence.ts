// One sentence a step: what was read, what was done to the memory, and what was put out.

import type { Episode, Run } from "./views.ts";
import { asked, greatest, named, values, wanted } from "./views.ts";

const READS: Record<string, (symbol: string) => string> = {
  open: () => "opens a bracket",
  close: () => "closes a bracket",
  digit: (symbol) => `reads the digit ${symbol}`,
  operator: (symbol) => `reads the operator ${symbol}`,
  end: (symbol) => `reads the end, ${symbol}`,
  symbol: (symbol) => `reads the symbol ${symbol}`,
  delimiter: (symbol) => `reads the delimiter ${symbol}`,
  blank: () => "reads a blank",
};

const DOES: Record<string, string> = {
  PUSH: "pushes",
  POP: "pops",
  NO_OP: "leaves it as it is",
  STAY: "stays",
  LEFT: "moves left",
  RIGHT: "moves right",
  JUMP: "jumps",
};

/** What a step wrote, in a sentence: `what step 3 wrote at "7"`, steps counted from 1. */
export function written(run: Run, episode: Episode, step: number): string {
  const symbol = named(run.view.symbols, values(episode, "input")?.[step] ?? -1);
  return `what step ${step + 1} wrote at "${symbol}"`;
}

function reads(run: Run, episode: Episode, step: number): string {
  const symbol = named(run.view.symbols, values(episode, "input")?.[step] ?? -1);
  const category = named(run.view.categories, values(episode, "category")?.[step] ?? -1);
  const known = Object.hasOwn(READS, category) ? READS[category] : undefined;
  return known?.(symbol) ?? `reads ${symbol}${category ? ` (${category})` : ""}`;
}

function acts(run: Run, episode: Episode, step: number): string {
  const actions = values(episode, "action");
  const { actors } = run.view;
  if (!actions || !actors.length) return "";
  const done = actors.map((actor, index) => {
    const name = named(run.view.actions, actions[step * actors.length + index]);
    const verb = Object.hasOwn(DOES, name) ? DOES[name] : `does ${name}`;
    return actors.length > 1 ? `${actor} ${verb}` : verb;
  });
  return done.join(", ");
}

/** What stands at the top of the first stack, or where the reading of the first head comes from. */
function holds(run: Run, episode: Episode, step: number): string {
  const parts = episode.view.parts;
  const origin = episode.arrays.get("origin");
  if (run.view.actions.includes("PUSH") && parts.length && origin) {
    const slots = origin.shape[2];
    const before = step > 0 ? origin.values[(step - 1) * slots] : -1;
    return before < 0 ? "the top was empty" : `the top was ${written(run, episode, before)}`;
  }
  const source = strongest(episode, step);
  return source < 0 ? "" : `what comes back is mostly ${written(run, episode, source)}`;
}

/** The step whose write makes the largest part of what is read at a step, or -1. */
export function strongest(episode: Episode, step: number): number {
  const reading = values(episode, "arc_read");
  const writing = values(episode, "arc_write");
  const strength = values(episode, "arc_strength");
  if (!reading || !writing || !strength) return -1;
  let best = -1;
  let most = 0.2;
  for (let arc = 0; arc < reading.length; arc++) {
    if (reading[arc] === step && Math.abs(strength[arc]) > most) {
      most = Math.abs(strength[arc]);
      best = writing[arc];
    }
  }
  return best;
}

function puts(run: Run, episode: Episode, step: number): string {
  const probability = episode.arrays.get("probability");
  const output = values(episode, "output")?.[step] ?? -1;
  if (output < 0) return "";
  const label = named(run.view.outputs, output);
  const width = probability?.shape[1] ?? 0;
  const best = probability ? greatest(probability.values, step * width, width) : -1;
  const sure = best >= 0 && probability ? ` (${probability.values[step * width + best].toFixed(2)})` : "";
  const target = wanted(episode, step);
  if (target < 0) return `would put out ${label}${sure}, which nobody asks`;
  const verdict = target === output ? "right" : `wrong: ${named(run.view.outputs, target)} is asked`;
  return `puts out ${label}${sure}, ${verdict}${asked(episode, step) ? "" : " (not part of the answer)"}`;
}

/** The sentence of a step, for eyes and screen readers alike. */
export function sentence(run: Run, episode: Episode, step: number): string {
  const done = [acts(run, episode, step), holds(run, episode, step), puts(run, episode, step)];
  const rest = done.filter(Boolean).join("; ");
  return `Step ${step + 1} of ${episode.view.steps}: ${reads(run, episode, step)}${rest ? `: ${rest}` : ""}.`;
}
