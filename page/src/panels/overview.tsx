// A long episode at a glance: all steps in one line, and the window that the strip shows of them.

import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useRef } from "preact/hooks";
import { useShared } from "../context.ts";
import { facts } from "../draw/facts.ts";
import type { Frame } from "../draw/frame.ts";
import { heat } from "../draw/frame.ts";
import { table } from "../draw/strip.ts";
import { Figure, acrossOf } from "../figure.tsx";
import { categoryColour } from "../palette.ts";
import { tensor, values } from "../payloads.ts";

export function Overview({ gutter, width }: { gutter: number; width: number }): JSX.Element | null {
  const { state } = useShared();
  const dragging = useRef(false);
  const lane = state.main.value;
  const steps = state.steps.value;
  const room = width - gutter;
  const style = useMemo(
    () =>
      computed(() => {
        const x = gutter + (state.first.value / steps) * room;
        return `transform:translateX(${x}px);width:${Math.max(6, (state.shown.value / steps) * room)}px`;
      }),
    [gutter, room, steps],
  );
  const cursor = useMemo(
    () => computed(() => `transform:translateX(${gutter + ((state.step.value + 0.5) / steps) * room}px)`),
    [gutter, room, steps],
  );
  if (!lane) return null;
  const move = (event: PointerEvent): void => {
    if (event.type === "pointerdown") dragging.current = true;
    if (!dragging.current) return;
    const step = Math.floor(((acrossOf(event) - gutter) / room) * steps);
    state.first.value = Math.max(0, Math.min(step - Math.floor(state.shown.value / 2), steps - state.shown.value));
    state.moveTo(step);
  };
  const frame: Frame = { width, gutter, first: 0, count: steps, steps: Math.min(lane.episode.meta.steps, state.until.value) };
  const stop = (): void => {
    dragging.current = false;
  };
  return (
    <div class="overview" onPointerDown={move} onPointerMove={move} onPointerUp={stop} onPointerLeave={stop}>
      <OverviewFigure frame={frame} />
      <div class="window" style={style} aria-hidden="true" />
      <div class="needle" style={cursor} aria-hidden="true" />
    </div>
  );
}

/** Drawn once an episode: nothing in it depends on the cursor. */
function OverviewFigure({ frame }: { frame: Frame }): JSX.Element | null {
  const { state } = useShared();
  const lane = state.main.value;
  if (!lane) return null;
  const norm = tensor(lane.episode, "norm");
  const category = values(lane.episode, "category");
  const slots = facts(lane.episode).used;
  return (
    <Figure
      name="overview"
      title={`All ${lane.episode.meta.steps} steps`}
      note="drag the window"
      label={`All ${lane.episode.meta.steps} steps of ${lane.title}`}
      height={64}
      table={() => table(lane)}
      draw={(painter, _, palette) => {
        const room = frame.width - frame.gutter;
        const all = lane.episode.meta.steps;
        const columns = Math.min(all, Math.floor(room));
        for (let column = 0; column < columns; column++) {
          const step = Math.floor((column * all) / columns);
          painter.rect(frame.gutter + (column * room) / columns, 0, room / columns + 0.5, 8, categoryColour(palette, category?.[step] ?? -1));
        }
        if (!norm) return;
        const wide = norm.shape[2];
        const most = facts(lane.episode).longest[0];
        heat(painter, frame, 10, 54, slots, (slot, step) => norm.values[step * wide + slot] / most, palette.amounts);
      }}
    />
  );
}
