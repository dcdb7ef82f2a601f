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

interface AtProps {
  lane: Lane;
  step: number;
  letter: string;
}

/** What is known before a step that is being guessed: the memory that the step before has left. */
function Before({ lane, step, letter }: AtProps): JSX.Element {
  return (
    <>
      {step > 0 && <Contents lane={lane} step={step - 1} letter={letter} when={`before step ${step}`} />}
      <p class="hint">Space or → shows what happens.</p>
    </>
  );
}

function At({ lane, step, letter }: AtProps): JSX.Element | null {
  const { state } = useShared();
  if (step >= lane.episode.meta.steps) return null;
  if (state.covered.value) return <Before lane={lane} step={step} letter={letter} />;
  const suffix = letter && `-${letter.toLowerCase()}`;
  const before = letter && `${letter}: `;
  const text = sentence(lane.run, lane.episode, step);
  return (
    <>
      <Contents lane={lane} step={step} letter={letter} when={`after step ${step}`} />
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

function Contents({ lane, step, letter, when }: AtProps & { when: string }): JSX.Element | null {
  const { parts } = lane.episode.meta;
  if (!tensor(lane.episode, "contents")) return null;
  return (
    <>
      {parts.map((part, index) => (
        <Figure
          key={part.name}
          name={`contents-${index}${letter && `-${letter.toLowerCase()}`}`}
          title={`${letter && `${letter}: `}${parts.length > 1 ? part.name : "Memory"} ${when}`}
          note={`blue −, red +${tensor(lane.episode, "source") ? "; right: who wrote it" : ""}`}
          label={`Contents of ${part.name} ${when}. ${sentence(lane.run, lane.episode, step)}`}
          height={contentsHeight(lane)}
          draw={(painter, width, palette) => contents(painter, width, lane, index, step, palette)}
          table={() => contentsTable(lane, index, step)}
        />
      ))}
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
