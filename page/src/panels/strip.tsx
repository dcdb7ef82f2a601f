// The strip: everything that happens over time, under one cursor.

import { computed } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { useShared } from "../context.ts";
import { facts } from "../draw/facts.ts";
import type { Frame } from "../draw/frame.ts";
import { pitch } from "../draw/frame.ts";
import type { Draw } from "../draw/frame.ts";
import { heatmap, heatmapHeight, memory, memoryHeight } from "../draw/memory.ts";
import {
  ARCS,
  TOKENS,
  actions,
  actionsHeight,
  arcs,
  legendOfActions,
  outputs,
  outputsHeight,
  policy,
  policyHeight,
  table,
  tokens,
} from "../draw/strip.ts";
import { Figure, acrossOf, useWidth } from "../figure.tsx";
import { categoryColour } from "../palette.ts";
import type { Lane } from "../state.ts";
import { tensor, values } from "../payloads.ts";
import { Overview } from "./overview.tsx";

const NARROWEST = 15;

const gutterOf = (width: number): number => (width < 520 ? 62 : 104);

interface Row {
  name: string;
  title: string;
  note?: string;
  height: number;
  draw: Draw;
  /** Known before the step: it is shown also while an audience guesses. */
  known?: boolean;
  /** Left out when presented, since an audience cannot read it. */
  fine?: boolean;
}

/** The figures of what a lane has. */
function rowsOf(lane: Lane): Row[] {
  const { meta } = lane.episode;
  const rows: Row[] = [{ name: "tokens", title: "Input", note: "colour: category", height: TOKENS, draw: tokens, known: true }];
  if (lane.run.meta.actors.length && tensor(lane.episode, "action")) {
    rows.push({ name: "actions", title: "Actions", note: legendOfActions(lane.run), height: actionsHeight(lane), draw: actions });
  }
  rows.push(...memoryRows(lane));
  if (tensor(lane.episode, "arc_read")?.shape[0]) {
    rows.push({ name: "arcs", title: "From write to read", height: ARCS, draw: arcs });
  }
  if (tensor(lane.episode, "probability")) {
    const note = "shade: probability; ring: target; cross: wrong";
    rows.push({ name: "outputs", title: "Outputs", note, height: outputsHeight(lane), draw: outputs });
  }
  if (meta.policy.length) {
    rows.push({ name: "policy", title: "Operations that decide the actions", height: policyHeight(lane), draw: policy, fine: true });
  }
  return rows;
}

/** The figures of the memory: slots, and heat maps of what has none. */
function memoryRows(lane: Lane): Row[] {
  const { parts, heatmaps } = lane.episode.meta;
  const slots = parts.map((part, index) => ({
    name: parts.length > 1 ? `memory-${index}` : "memory",
    title: parts.length > 1 ? `Memory, ${part.name}` : "Memory",
    note: noteOfMemory(lane),
    height: memoryHeight(lane),
    draw: memory(index),
  }));
  const others = heatmaps.map(({ name, axes }, index) => ({
    name: `memory-${name}`,
    title: `Memory, ${name}`,
    note: `rows: ${axes}; blue −, red +`,
    height: heatmapHeight(lane.episode, index),
    draw: heatmap(index),
  }));
  return [...slots, ...others];
}

function noteOfMemory(lane: Lane): string {
  const used = facts(lane.episode).used;
  const slots = tensor(lane.episode, "norm")?.shape[2] ?? 0;
  const cut = used < slots ? `; ${used} of ${slots} slots were used` : "";
  const heads = lane.episode.meta.heads.length ? "; square: write head; dot: read head" : "";
  const source = facts(lane.episode).alike ? "; number: the step that wrote it" : "; letter: the symbol at which it was written";
  return `shade: length of the vector${tensor(lane.episode, "source") ? source : ""}${heads}${cut}`;
}

/** The steps at which an action or an output differs between two lanes. */
function differences(one: Lane, other: Lane): number[] {
  const found: number[] = [];
  const steps = Math.min(one.episode.meta.steps, other.episode.meta.steps);
  for (let step = 0; step < steps; step++) {
    const actors = one.run.meta.actors.length;
    const [mine, theirs] = [values(one.episode, "action"), values(other.episode, "action")];
    const acted = Array.from({ length: actors }, (_, actor) => mine?.[step * actors + actor] !== theirs?.[step * actors + actor]);
    const output = values(one.episode, "output")?.[step] !== values(other.episode, "output")?.[step];
    if (output || acted.some(Boolean)) found.push(step);
  }
  return found;
}

export function Strip(): JSX.Element {
  const { state } = useShared();
  const [place, width] = useWidth<HTMLDivElement>();
  const gutter = gutterOf(width);
  const steps = state.steps.value;
  const room = Math.max(1, Math.floor((width - gutter) / NARROWEST));
  const count = Math.min(Math.max(steps, 3), Math.max(room, 3));
  useLayoutEffect(() => {
    if (width <= 0) return;
    state.shown.value = count;
    state.moveTo(state.step.peek());
  }, [count, width]);
  const first = Math.min(state.first.value, Math.max(0, steps - count));
  const lanes = state.lanes.value;
  const column = (width - gutter) / count;
  const wide = Math.min(column, 46);
  const frameOf = (lane: Lane): Frame => ({
    width: gutter + wide * count,
    gutter,
    first,
    count,
    steps: lane.episode.meta.steps,
  });
  return (
    <div class="strip" ref={place}>
      {steps > count && <Overview gutter={gutter} width={width} />}
      <Cursor gutter={gutter} column={wide} count={count} first={first}>
        {width > 0 &&
          lanes.map((lane, index) => (
            <LaneFigures key={index} lane={lane} index={index} frame={frameOf(lane)} alone={lanes.length === 1} />
          ))}
      </Cursor>
    </div>
  );
}

function LaneFigures({ lane, index, frame, alone }: { lane: Lane; index: number; frame: Frame; alone: boolean }): JSX.Element {
  const { state, palette } = useShared();
  const names = lane.run.meta.categories;
  const until = state.until.value;
  const stepsOf = (row: Row): number => (row.known ? frame.steps : Math.min(frame.steps, until));
  const [other] = state.lanes.value.filter((one) => one !== lane);
  const differ = other ? differences(lane, other) : [];
  return (
    <section class="lane" aria-label={lane.title} data-lane={index}>
      {!alone && (
        <h3>
          <span class="badge">{"AB"[index]}</span> {lane.title}
          {index === 1 && (
            <small data-differs>
              {until < frame.steps ? "" : differ.length
                ? `an action or output differs at ${differ.length} ${differ.length === 1 ? "step" : "steps"}: ${differ.slice(0, 12).join(", ")}${differ.length > 12 ? ", …" : ""}`
                : "no action or output differs"}
            </small>
          )}
        </h3>
      )}
      {lane.episode.meta.notes.map((note) => (
        <p class="hint" key={note}>{note}</p>
      ))}
      {index === 0 && names.length > 0 && (
        <ul class="legend" aria-label="Categories">
          {names.map((name, category) => (
            <li key={name}>
              <i style={`background:${categoryColour(palette.value, category)}`} /> {name}
            </li>
          ))}
        </ul>
      )}
      {rowsOf(lane).filter((row) => !row.fine || !state.present.value).map((row) => (
        <Figure
          key={row.name}
          name={`${row.name}${alone ? "" : `-${"ab"[index]}`}`}
          title={row.title}
          note={row.note}
          label={`${row.title} of ${lane.title}, ${lane.episode.meta.steps} steps. The sentence above describes the current step.`}
          height={row.height}
          draw={(painter, width, colours) => row.draw(painter, { ...frame, steps: stepsOf(row), width: Math.min(width, frame.width) }, lane, colours)}
          table={() => table(lane)}
        >
          <Marks gutter={frame.gutter} column={pitch(frame)} count={frame.count} first={frame.first} known={row.known} />
        </Figure>
      ))}
    </section>
  );
}

interface Columns {
  gutter: number;
  column: number;
  count: number;
  first: number;
}

/** The column of the current step, and those that are selected, over one figure. */
function Marks({ gutter, column, count, first, known }: Columns & { known?: boolean }): JSX.Element {
  const { state } = useShared();
  const cursor = useMemo(
    () =>
      computed(() => {
        const place = state.step.value - first;
        if (place < 0 || place >= count) return "display:none";
        return `transform:translateX(${gutter + place * column}px);width:${Math.max(column, 2)}px`;
      }),
    [gutter, column, first, count],
  );
  const brushed = useMemo(
    () =>
      computed(() => {
        const brush = state.brush.value;
        const [from, to] = [Math.max(brush?.from ?? 0, first), Math.min(brush?.to ?? -1, first + count - 1)];
        if (to < from) return "display:none";
        return `transform:translateX(${gutter + (from - first) * column}px);width:${(to - from + 1) * column}px`;
      }),
    [gutter, column, first, count],
  );
  return (
    <>
      <div class="brush" style={brushed} aria-hidden="true" />
      <div class={state.covered.value && !known ? "cursor covered" : "cursor"} style={cursor} aria-hidden="true" />
    </>
  );
}

/** All figures listen together: hovering moves the cursor, dragging selects, a click pins it. */
function Cursor({ gutter, column, count, first, children }: Columns & { children: ComponentChildren }): JSX.Element {
  const { state } = useShared();
  const pressed = useRef<number | null>(null);
  const at = (event: PointerEvent): number | null => {
    const place = (acrossOf(event) - gutter) / column;
    return place < 0 || place >= count ? null : Math.min(Math.floor(place) + first, state.steps.value - 1);
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.target instanceof HTMLCanvasElement)) return;
    pressed.current = at(event);
    if (pressed.current === null) return;
    state.brush.value = null;
    state.moveTo(pressed.current);
  };
  const move = (event: PointerEvent): void => {
    const step = at(event);
    if (step === null) return;
    if (pressed.current !== null && pressed.current !== step) {
      state.region.value = null;
      state.brush.value = { from: Math.min(pressed.current, step), to: Math.max(pressed.current, step) };
    }
    if (pressed.current !== null || !state.pinned.peek()) state.moveTo(step);
  };
  const up = (): void => {
    if (pressed.current !== null && !state.brush.peek()) state.pinned.value = !state.pinned.peek();
    pressed.current = null;
  };
  const leave = (): void => {
    pressed.current = null;
  };
  return (
    <div
      class={state.pinned.value ? "under-cursor pinned" : "under-cursor"}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerLeave={leave}
    >
      {children}
    </div>
  );
}
