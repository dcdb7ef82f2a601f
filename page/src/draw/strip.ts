// What happens over time: tokens, actions, the ops behind them, memory, arcs from writes to reads, outputs.

import type { Painter } from "../painter.ts";
import type { Palette } from "../palette.ts";
import { categoryColour, inkOn, onCategory } from "../palette.ts";
import { written } from "../sentence.ts";
import type { Lane } from "../state.ts";
import { named, tensor, values, wanted } from "../views.ts";
import { facts } from "./facts.ts";
import type { Frame } from "./frame.ts";
import { columnAt, fitted, grid, heat, pitch, rowLabel, visible } from "./frame.ts";

export type Draw = (painter: Painter, frame: Frame, lane: Lane, palette: Palette) => void;

export const TOKENS = 44;

/** Tokens on their categories' colours, with numbers of steps below. */
export const tokens: Draw = (painter, frame, { run, episode }, palette) => {
  const input = values(episode, "input") ?? [];
  const category = values(episode, "category");
  const wide = pitch(frame);
  const every = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000].find((number) => number * wide >= 24) ?? 5000;
  rowLabel(painter, frame, 13, "reads", palette);
  rowLabel(painter, frame, 35, "step", palette);
  for (const step of visible(frame)) {
    const [x, of] = [columnAt(frame, step), category?.[step] ?? -1];
    const gap = wide >= 9 ? 1 : 0;
    painter.rect(x + gap / 2, 1, Math.max(wide - gap, 0.6), 24, categoryColour(palette, of));
    const token = named(run.view.symbols, input[step] ?? -1);
    if (wide >= 9) {
      const size = Math.min(14, Math.max(9, wide * 0.6));
      painter.text(x + wide / 2, 13.5, fitted(token, wide + 4, size), {
        size,
        mono: true,
        weight: "bold",
        align: "center",
        colour: onCategory(palette, of),
      });
    }
    if ((step + 1) % every === 0 || (step === 0 && every < 5)) {
      painter.text(x + wide / 2, 36, String(step + 1), { size: 10, align: "center", colour: palette.faint });
    }
  }
};

/** Signs of actions, where there is no room for words. */
export const GLYPHS: Record<string, string> = { PUSH: "+", POP: "−", NO_OP: "·", STAY: "·", LEFT: "←", RIGHT: "→", JUMP: "↷" };

export const actionsHeight = (lane: Lane): number => Math.max(1, lane.run.view.actors.length) * 22 + 2;

/** The discretised action of every actor: a word where there is room, else a sign. */
export const actions: Draw = (painter, frame, { run, episode }, palette) => {
  const done = values(episode, "action");
  const { actors } = run.view;
  const wide = pitch(frame);
  if (!done) return;
  actors.forEach((actor, row) => {
    const y = row * 22;
    rowLabel(painter, frame, y + 11, actor, palette);
    for (const step of visible(frame)) {
      const action = done[step * actors.length + row];
      const name = named(run.view.actions, action);
      const x = columnAt(frame, step);
      const strong = action === 0 && name === "PUSH" ? 0.9 : name === "POP" ? 0.45 : name === "JUMP" ? 0.9 : name === "LEFT" || name === "RIGHT" ? 0.45 : 0.06;
      const fill = palette.dark ? mix(palette.paper, "#d8d8d4", strong) : mix(palette.paper, "#33332f", strong);
      painter.rect(x + (wide >= 9 ? 0.5 : 0), y + 1, Math.max(wide - (wide >= 9 ? 1 : 0), 0.6), 20, fill);
      const colour = strong > 0.6 === palette.dark ? "#111111" : strong > 0.4 && !palette.dark ? "#ffffff" : palette.ink;
      const words = wide >= 40 ? name : (GLYPHS[name] ?? name.slice(0, 1));
      const size = wide >= 40 ? 10 : Math.min(14, wide + 2);
      if (wide >= 8) painter.text(x + wide / 2, y + 11.5, words, { size, weight: "bold", align: "center", colour });
    }
  });
};

function mix(from: string, to: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [one, other] = [from, to].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16));
    return Math.round(one + (other - one) * share).toString(16).padStart(2, "0");
  });
  return `#${parts.join("")}`;
}

/** `read shift +1` where an op belongs to one of several heads, `PUSH` where there is one stack. */
function opLabel({ op, label }: { op: string; label: string }): string {
  const words = label.replaceAll("_", " ");
  const kind = /^(read|write)_/.exec(op)?.[1];
  return kind && !words.startsWith(kind) ? `${kind} ${words}` : words;
}

export const policyHeight = (lane: Lane): number => Math.min(260, Math.max(24, lane.episode.view.policy.length * 14));

/** The ops that decide what is done: one row each, from 0 or less (paper) to their largest (ink). */
export const policy: Draw = (painter, frame, { episode }, palette) => {
  const found = tensor(episode, "policy");
  if (!found) return;
  const features = found.shape[1];
  const height = policyHeight({ episode } as Lane);
  const most = facts(episode).policy;
  heat(painter, frame, 0, height, features, (row, step) => found.values[step * features + row] / most[row], palette.amounts);
  grid(painter, frame, 0, height, features, palette.rule);
  episode.view.policy.forEach((one, row) => {
    rowLabel(painter, frame, ((row + 0.5) * height) / features, opLabel(one), palette, 10);
  });
};

export function memoryHeight(lane: Lane): number {
  return Math.max(60, Math.min(380, facts(lane.episode).used * 20));
}

/** What one part of the memory holds after every step, slots down: how long each vector is, and who wrote it. */
export function memory(part: number): Draw {
  return (painter, frame, lane, palette) => {
    const { run, episode } = lane;
    const norm = tensor(episode, "norm");
    if (!norm) return;
    const [, steps, slots] = norm.shape;
    const { used, longest } = facts(episode);
    const [height, most] = [memoryHeight(lane), longest[part]];
    // The longest vector takes three quarters of the ramp, so that letters on it stay easy to read.
    const share = (slot: number, step: number): number => (0.75 * norm.values[(part * steps + step) * slots + slot]) / most;
    heat(painter, frame, 0, height, used, share, palette.amounts);
    grid(painter, frame, 0, height, used, palette.rule);
    const tall = height / used;
    const stack = run.view.actions.includes("PUSH");
    for (let slot = 0; slot < used; slot += Math.max(1, Math.ceil(12 / tall))) {
      const words = slot === 0 && stack ? "top 0" : `${slot === 0 ? "slot " : ""}${slot}`;
      rowLabel(painter, frame, (slot + 0.5) * tall, words, palette, 10);
    }
    writers(painter, frame, lane, part, used, tall, share, palette);
    heads(painter, frame, lane, used, tall, palette);
  };
}

/** Write into every cell whose write it mostly is: its token, or its step where all that was written are alike. */
function writers(
  painter: Painter,
  frame: Frame,
  { run, episode }: Lane,
  part: number,
  used: number,
  tall: number,
  share: (slot: number, step: number) => number,
  palette: Palette,
): void {
  const origin = tensor(episode, "origin");
  const part_of = tensor(episode, "share");
  const input = values(episode, "input");
  const wide = pitch(frame);
  if (!origin || !part_of || !input || wide < 11 || tall < 11) return;
  const [, steps, slots] = origin.shape;
  const { alike } = facts(episode);
  const size = Math.min(12, tall - 2, wide * (alike ? 0.6 : 0.8));
  for (const step of visible(frame)) {
    for (let slot = 0; slot < used; slot++) {
      const at = (part * steps + step) * slots + slot;
      const writer = origin.values[at];
      if (writer < 0 || part_of.values[at] < 0.5 || share(slot, step) < 0.05) continue;
      const token = alike ? String(writer + 1) : fitted(named(run.view.symbols, input[writer]), wide + 2, size);
      const colour = inkOn(palette.amounts, share(slot, step));
      painter.text(columnAt(frame, step) + wide / 2, (slot + 0.5) * tall, token, { size, mono: true, align: "center", colour });
    }
  }
}

/** Mark where heads are: an open square where a write head is, a disc in the corner for a read head. */
function heads(painter: Painter, frame: Frame, lane: Lane, used: number, tall: number, palette: Palette): void {
  const wide = pitch(frame);
  if (wide < 4) return;
  lane.episode.view.heads.forEach((head, index) => {
    for (const step of visible(frame)) {
      const slot = facts(lane.episode).heads[index]?.[step] ?? -1;
      if (slot < 0 || slot >= used) continue;
      const [x, y] = [columnAt(frame, step), slot * tall];
      if (head.kind === "write") {
        painter.rect(x + 1.5, y + 1.5, wide - 3, tall - 3, null, { colour: palette.accent, width: 2 });
      } else {
        const radius = Math.max(1.5, Math.min(4, wide / 5, tall / 5));
        painter.circle(x + wide - radius - 2, y + radius + 2, radius, palette.accent, { colour: palette.paper, width: 1 });
      }
    }
  });
}

export const ARCS = 76;

/** An arch from every step that wrote to every step that reads what it wrote. */
export const arcs: Draw = (painter, frame, { episode }, palette) => {
  const [reading, writing, strength] = ["arc_read", "arc_write", "arc_strength"].map((name) => values(episode, name) ?? []);
  const wide = pitch(frame);
  const from = frame.first;
  const to = Math.min(frame.first + frame.count, frame.steps);
  let longest = 1;
  for (let arc = 0; arc < reading.length; arc++) longest = Math.max(longest, reading[arc] - writing[arc]);
  painter.line([[frame.gutter, ARCS - 2], [frame.gutter + (to - from) * wide, ARCS - 2]], { colour: palette.rule });
  for (let arc = 0; arc < reading.length; arc++) {
    const [write, read] = [writing[arc], reading[arc]];
    if (write < from || write >= to || read < from || read >= to) continue;
    const share = Math.min(1, Math.abs(strength[arc]));
    const colour = fade(palette.ink, 0.15 + 0.85 * share);
    const [start, end] = [columnAt(frame, write) + wide / 2, columnAt(frame, read) + wide / 2];
    if (write === read) painter.circle(end, ARCS - 2, 1 + 1.5 * share, colour);
    else painter.arch(start, end, ARCS - 2, 8 + ((ARCS - 14) * (read - write)) / longest, { colour, width: 0.4 + 1.4 * share });
  }
};

function fade(colour: string, share: number): string {
  return `${colour}${Math.round(255 * Math.min(share, 1)).toString(16).padStart(2, "0")}`;
}

export const outputsHeight = (lane: Lane): number => Math.min(240, Math.max(30, lane.run.view.outputs.length * 14));

/** The probability of every output; a ring where it was asked for, a cross where another was put out. */
export const outputs: Draw = (painter, frame, { run, episode }, palette) => {
  const found = tensor(episode, "probability");
  if (!found) return;
  const count = found.shape[1];
  const height = Math.min(240, Math.max(30, count * 14));
  const [wide, tall] = [pitch(frame), height / count];
  heat(painter, frame, 0, height, count, (row, step) => found.values[step * count + row], palette.amounts);
  grid(painter, frame, 0, height, count, palette.rule);
  for (let row = 0; row < count; row += Math.max(1, Math.ceil(11 / tall))) {
    rowLabel(painter, frame, (row + 0.5) * tall, named(run.view.outputs, row), palette, 10);
  }
  const radius = Math.max(1.5, Math.min(tall / 2 - 1, wide / 2 - 1, 6));
  for (const step of visible(frame)) {
    const target = wanted(episode, step);
    if (target < 0 || wide < 3) continue;
    const put = values(episode, "output")?.[step] ?? -1;
    const x = columnAt(frame, step) + wide / 2;
    const missed = put !== target;
    painter.circle(x, (target + 0.5) * tall, radius, null, { colour: missed ? palette.wrong : palette.accent, width: 1.6 });
    if (!missed) continue;
    const y = (put + 0.5) * tall;
    for (const slope of [-1, 1]) {
      painter.line([[x - radius, y - slope * radius], [x + radius, y + slope * radius]], { colour: palette.wrong, width: 1.8 });
    }
  }
};

/** What happened as a table, for people and programs that do not look at pictures. */
export function table(lane: Lane): string[][] {
  const { run, episode } = lane;
  const rows = [["step", "input", "category", ...run.view.actors, "output", "target", "top or slot 0 holds"]];
  const origin = tensor(episode, "origin");
  const slots = origin?.shape[2] ?? 0;
  for (let step = 0; step < episode.view.steps; step++) {
    const done = run.view.actors.map((_, actor) => named(run.view.actions, values(episode, "action")?.[step * run.view.actors.length + actor] ?? -1));
    const writer = origin ? origin.values[step * slots] : -1;
    rows.push([
      String(step + 1),
      named(run.view.symbols, values(episode, "input")?.[step] ?? -1),
      named(run.view.categories, values(episode, "category")?.[step] ?? -1),
      ...done,
      named(run.view.outputs, values(episode, "output")?.[step] ?? -1),
      named(run.view.outputs, wanted(episode, step)),
      writer < 0 ? "" : written(run, episode, writer),
    ]);
  }
  return rows;
}
