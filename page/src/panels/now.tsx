// The step under the cursor: contents of the memory, and outputs.

import type { JSX } from "preact";
import { useShared } from "../context.ts";
import { bars, barsHeight, contents, contentsHeight } from "../draw/now.ts";
import { Figure } from "../figure.tsx";
import { sentence } from "../sentence.ts";
import type { Lane } from "../state.ts";
import { named, tensor } from "../payloads.ts";

export function Now(): JSX.Element {
  const { state } = useShared();
  const step = state.step.value;
  const lanes = state.lanes.value;
  return (
    <aside class="now" aria-label="At this step">
      {lanes.map((lane, index) => (
        <At key={index} lane={lane} step={step} letter={lanes.length > 1 ? "AB"[index] : ""} />
      ))}
    </aside>
  );
}

function At({ lane, step, letter }: { lane: Lane; step: number; letter: string }): JSX.Element | null {
  if (step >= lane.episode.meta.steps) return null;
  const suffix = letter && `-${letter.toLowerCase()}`;
  const before = letter && `${letter}: `;
  const text = sentence(lane.run, lane.episode, step);
  return (
    <>
      {tensor(lane.episode, "contents") &&
        lane.episode.meta.parts.map((part, index) => (
          <Figure
            key={part.name}
            name={`contents-${index}${suffix}`}
            title={`${before}${lane.episode.meta.parts.length > 1 ? part.name : "Memory"} after step ${step}`}
            note={`blue −, red +${tensor(lane.episode, "source") ? "; right: who wrote it" : ""}`}
            label={`Contents of ${part.name}. ${text}`}
            height={contentsHeight(lane)}
            draw={(painter, width, palette) => contents(painter, width, lane, index, step, palette)}
            table={() => contentsTable(lane, index, step)}
          />
        ))}
      {tensor(lane.episode, "probability") && (
        <Figure
          name={`output${suffix}`}
          title={`${before}Output at step ${step}`}
          label={`Probability of every output. ${text}`}
          height={barsHeight(lane)}
          draw={(painter, width, palette) => bars(painter, width, lane, step, palette)}
          table={() => outputTable(lane, step)}
        />
      )}
    </>
  );
}

function contentsTable(lane: Lane, part: number, step: number): string[][] {
  const found = tensor(lane.episode, "contents");
  if (!found) return [];
  const [, steps, slots, width] = found.shape;
  const rows = [["slot", ...Array.from({ length: width }, (_, index) => `element ${index}`)]];
  for (let slot = 0; slot < slots; slot++) {
    const from = ((part * steps + step) * slots + slot) * width;
    rows.push([String(slot), ...Array.from({ length: width }, (_, index) => String(found.values[from + index]))]);
  }
  return rows;
}

function outputTable(lane: Lane, step: number): string[][] {
  const found = tensor(lane.episode, "probability");
  if (!found) return [];
  const count = found.shape[1];
  return [
    ["output", "probability"],
    ...Array.from({ length: count }, (_, index) => [named(lane.run.meta.outputs, index), String(found.values[step * count + index])]),
  ];
}
