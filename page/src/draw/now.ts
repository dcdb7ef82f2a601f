// What is there at one step: every slot's vector, and how probable each output is.

import type { Painter } from "../painter.ts";
import type { Palette } from "../palette.ts";
import { shade } from "../palette.ts";
import type { Episode } from "../payloads.ts";
import type { Lane } from "../state.ts";
import { named, slotLabel, targetOf, tensor, values } from "../payloads.ts";
import { facts } from "./facts.ts";
import { fitted } from "./frame.ts";

export const contentsHeight = (lane: Lane): number => Math.max(40, Math.min(360, facts(lane.episode).used * 18)) + 2;

/** The vectors of a part's slots after a step: a row a slot, blue below zero, red above. */
export function contents(painter: Painter, width: number, lane: Lane, part: number, step: number, palette: Palette): void {
  const { episode } = lane;
  const found = tensor(episode, "contents");
  if (!found || step >= episode.meta.steps) return;
  const [, steps, slots, across] = found.shape;
  const used = facts(lane.episode).used;
  const height = contentsHeight(lane) - 2;
  const from = (part * steps + step) * slots * across;
  const most = facts(episode).largest[part];
  const rgba = new Uint8ClampedArray(used * across * 4);
  for (let at = 0; at < used * across; at++) shade(palette.signs, 0.5 + found.values[from + at] / most / 2, rgba, at * 4);
  const [left, right] = [38, 122];
  painter.cells(left, 1, width - left - right, height, across, used, rgba);
  painter.rect(left, 1, width - left - right, height, null, { colour: palette.rule });
  const tall = height / used;
  for (let slot = 0; slot < used; slot += Math.max(1, Math.ceil(11 / tall))) {
    const y = 1 + (slot + 0.5) * tall;
    painter.text(left - 5, y, slotLabel(episode.meta.parts[part], slot), { size: 10, align: "right", colour: palette.faint });
    const at = (part * steps + step) * slots + slot;
    const text = headMarks(episode, step, slot) + sourceOf(lane, at);
    painter.text(width - right + 6, y, fitted(text, right - 6, 10.5), { size: 10.5, colour: palette.ink });
  }
}

/** Marks of the heads that are at a slot. */
function headMarks(episode: Episode, step: number, slot: number): string {
  const here = episode.meta.heads.filter((_, head) => facts(episode).heads[head]?.[step] === slot);
  return here.map((head) => (head.kind === "read" ? "● " : "□ ")).join("");
}

/** Whose write a slot mostly holds: its symbol, its step, and its share. */
function sourceOf({ run, episode }: Lane, at: number): string {
  const writer = tensor(episode, "source")?.values[at] ?? -1;
  const input = values(episode, "input");
  if (writer < 0 || !input) return "–";
  const share = tensor(episode, "share")?.values[at] ?? 0;
  return `${named(run.meta.symbols, input[writer])}, step ${writer} · ${share.toFixed(2)}`;
}

export const barsHeight = (lane: Lane): number => Math.min(300, (tensor(lane.episode, "probability")?.shape[1] ?? 1) * 16) + 2;

/** The probability of every output as a bar; the target is marked. */
export function bars(painter: Painter, width: number, lane: Lane, step: number, palette: Palette): void {
  const { run, episode } = lane;
  const found = tensor(episode, "probability");
  if (!found || step >= episode.meta.steps) return;
  const count = found.shape[1];
  const tall = (barsHeight(lane) - 2) / count;
  const target = targetOf(episode, step);
  const output = values(episode, "output")?.[step] ?? -1;
  for (let row = 0; row < count; row++) {
    const [share, y] = [found.values[step * count + row], row * tall + 1];
    const chosen = row === output;
    painter.text(28, y + tall / 2, fitted(named(run.meta.outputs, row), 26, 11), { size: 11, mono: true, align: "right", colour: palette.ink, weight: chosen ? "bold" : "normal" });
    const colour = chosen ? (target >= 0 && target !== output ? palette.wrong : palette.ink) : palette.faint;
    painter.rect(34, y + 2, Math.max(0.5, share * (width - 122)), tall - 4, colour);
    const text = `${share.toFixed(2)}${row === target ? " ← target" : ""}`;
    painter.text(40 + share * (width - 122), y + tall / 2, text, { size: 10.5, colour: row === target ? palette.accent : palette.faint });
  }
}
