// The projection of a site to the plane: every step of every episode a point.

import type { ReadonlySignal } from "@preact/signals";
import { computed } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { useShared } from "../context.ts";
import type { Cloud, Colouring, Scale } from "../draw/scatter.ts";
import { boundsOf, colouring, colourings, groupColour, heightOf, marker, placeOf, pointTable, scaleOf, scatter } from "../draw/scatter.ts";
import { Figure } from "../figure.tsx";
import { CanvasPainter } from "../painter.ts";
import type { State } from "../state.ts";
import type { Run } from "../payloads.ts";
import { named, values } from "../payloads.ts";

const METHODS: Record<string, string> = { pca: "PCA", lda: "LDA", tsne: "t-SNE", umap: "UMAP", pacmap: "PaCMAP" };

export function cloudOf(run: Run, site: string): Cloud | null {
  const found = run.meta.sites.find((one) => one.site === site);
  const points = values(run, `points_${site}`);
  const [episodes, steps] = [values(run, "point_episode"), values(run, "point_step")];
  return found && points && episodes && steps ? { site: found, points, episodes, steps } : null;
}

/** How faithful a picture is, in a line. */
function quality(cloud: Cloud): string {
  const { site } = cloud;
  const parts = [METHODS[site.method] ?? site.method];
  if (site.explained) parts.push(`${Math.round(100 * (site.explained[0] + site.explained[1]))}% of the variance`);
  if (site.neighbours_kept !== null) {
    const control = site.neighbours_kept_control === null ? "" : ` (random planes: ${site.neighbours_kept_control.toFixed(2)})`;
    parts.push(`neighbours kept ${site.neighbours_kept.toFixed(2)}${control}`);
  }
  if (site.note) parts.push(site.note);
  if (site.points < site.available) parts.push(`${site.points} of ${site.available} points, an equal share of each category`);
  return parts.join("; ");
}

/** The points to draw: those of the newest projection, or else those that the run came with. */
function useCloud(run: Run | null): Cloud | null {
  const { state } = useShared();
  const [site, own] = [state.site.value, state.projection.value];
  return useMemo<Cloud | null>(() => {
    if (!run) return null;
    if (own && own.meta.site.site === site && own.meta.run === run.meta.run) {
      const [points, episodes, steps] = ["points", "point_episode", "point_step"].map((name) => values(own, name) ?? []);
      return { site: own.meta.site, points, episodes, steps };
    }
    return cloudOf(run, site);
  }, [run, site, own]);
}

export function ProjectionPanel(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  const [width, setWidth] = useState(0);
  const cloud = useCloud(run);
  if (!run) return null;
  if (!cloud) return <Missing notes={run.meta.projected ? run.meta.notes : ["Projecting the sites …"]} />;
  const { site } = cloud.site;
  const height = Math.round(Math.max(170, Math.min(440, width * heightOf(cloud.points))));
  const by = colouring(run, state.colour.value);
  const current = state.typed.value === null ? state.episodeIndex.value : -1;
  return (
    <section class="panel projection" aria-label="Projection">
      <Controls run={run} cloud={cloud} />
      <div>
        <Figure
          name={`projection-${site}`}
          title={`${site}, ${cloud.episodes.length} steps`}
          note={quality(cloud)}
          label={`Projection of ${site}: ${quality(cloud)}. Drag to select a region; the matches are listed beside it.`}
          height={height}
          draw={(painter, wide, colours) => {
            if (wide !== width) setWidth(wide);
            scatter(painter, wide, height, cloud, by, current, colours);
          }}
          table={() => pointTable(run, cloud)}
        >
          {width > 0 && <Pointing run={run} cloud={cloud} width={width} height={height} />}
        </Figure>
      </div>
      <Legend cloud={cloud} by={by} />
    </section>
  );
}

/** What is projected, by which method, and what colours it. */
function Controls({ run, cloud }: { run: Run; cloud: Cloud }): JSX.Element {
  const { state } = useShared();
  const site = state.site.value;
  const live = run.meta.live && state.host.live;
  return (
    <header>
      <h2>Projection</h2>
      <label>
        site
        <select value={site} onChange={(event) => state.show(event.currentTarget.value)}>
          {(live ? run.meta.site_names : run.meta.sites.map((one) => one.site)).map((name) => (
            <option key={name} value={name}>{name.replaceAll("_", " ")}</option>
          ))}
        </select>
      </label>
      <label>
        colour
        <select value={state.colour.value} onChange={(event) => (state.colour.value = event.currentTarget.value)}>
          {colourings(run).map((name) => <option key={name} value={name}>{name.replaceAll("_", " ")}</option>)}
        </select>
      </label>
      {live && (
        <label>
          by
          <select value={cloud.site.method} onChange={(event) => state.project(site, event.currentTarget.value)}>
            {["pca", "lda", "tsne"].map((name) => <option key={name} value={name}>{METHODS[name]}</option>)}
          </select>
        </label>
      )}
      <button type="button" class="quiet" onClick={() => selectAround(state, cloud)}>Select around the cursor</button>
    </header>
  );
}

function Legend({ cloud, by }: { cloud: Cloud; by: Colouring }): JSX.Element {
  const { palette } = useShared();
  const groups = new Set(Array.from(cloud.episodes, (episode, point) => by.of(episode, cloud.steps[point])));
  return (
    <ul class="legend" aria-label="Colours">
      {[...groups].sort((one, other) => one - other).map((group) => (
        <li key={group}>
          <Sample group={group} colour={groupColour(palette.value, by, group)} /> {group < 0 ? "none" : (by.names[group] ?? group)}
        </li>
      ))}
    </ul>
  );
}

/** Select what lies near the cursor: the region that a keyboard can choose. */
function selectAround(state: State, cloud: Cloud): void {
  const [episode, step] = [state.episodeIndex.value, state.step.value];
  const point = state.typed.value === null ? placeOf(cloud, episode, step) : -1;
  if (point < 0) return;
  const { left, right, bottom, top } = boundsOf(cloud.points);
  const reach = 0.08 * Math.max(right - left, top - bottom);
  const [x, y] = [cloud.points[2 * point], cloud.points[2 * point + 1]];
  state.brush.value = null;
  state.region.value = { left: x - reach, right: x + reach, bottom: y - reach, top: y + reach };
}

/** Why nothing is drawn, where that is so. */
function Missing({ notes }: { notes: string[] }): JSX.Element | null {
  if (!notes.length) return null;
  return (
    <section class="panel projection" aria-label="Projection">
      <h2>Projection</h2>
      {notes.map((note) => <p class="hint" key={note}>{note}</p>)}
    </section>
  );
}

/** One marker of the legend, as it is drawn in the picture. */
function Sample({ group, colour }: { group: number; colour: string }): JSX.Element {
  const draw = (canvas: HTMLCanvasElement | null): void => {
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    canvas.width = 28;
    canvas.height = 28;
    context.scale(2, 2);
    marker(new CanvasPainter(context), 7, 7, 4, group, colour);
  };
  return <canvas key={colour} class="sample" ref={draw} aria-hidden="true" />;
}

type Pixel = [number, number];

/** The point nearest to a pixel, or -1 where none is near. */
function nearest(cloud: Cloud, scale: Scale, [x, y]: Pixel): number {
  let [best, least] = [-1, 14 ** 2];
  for (let point = 0; point < cloud.episodes.length; point++) {
    const apart = (scale.x(cloud.points[2 * point]) - x) ** 2 + (scale.y(cloud.points[2 * point + 1]) - y) ** 2;
    if (apart < least) [best, least] = [point, apart];
  }
  return best;
}

function local(event: PointerEvent): Pixel {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top];
}

/** End a drag: select the region, or go to the point that was clicked. */
function choose(state: State, cloud: Cloud, scale: Scale, from: Pixel, to: Pixel): void {
  const [[left, top], [right, bottom]] = [from, to];
  if (Math.abs(left - right) + Math.abs(top - bottom) < 6) {
    state.region.value = null;
    const point = nearest(cloud, scale, from);
    if (point >= 0) state.goTo(cloud.episodes[point], cloud.steps[point]);
    return;
  }
  state.brush.value = null;
  state.region.value = {
    left: scale.valueX(Math.min(left, right)),
    right: scale.valueX(Math.max(left, right)),
    bottom: scale.valueY(Math.max(top, bottom)),
    top: scale.valueY(Math.min(top, bottom)),
  };
}

/** Where the point of the cursor's step is, as CSS. */
function useHere(cloud: Cloud, scale: Scale): ReadonlySignal<string> {
  const { state } = useShared();
  const places = useMemo(() => {
    const found = new Map<string, number>();
    for (let point = 0; point < cloud.episodes.length; point++) found.set(`${cloud.episodes[point]}:${cloud.steps[point]}`, point);
    return found;
  }, [cloud]);
  return useMemo(
    () =>
      computed(() => {
        const point = state.typed.value === null ? places.get(`${state.episodeIndex.value}:${state.step.value}`) : undefined;
        if (point === undefined) return "display:none";
        return `transform:translate(${scale.x(cloud.points[2 * point])}px,${scale.y(cloud.points[2 * point + 1])}px)`;
      }),
    [places, scale],
  );
}

/** The cursor's place in the plane, and pointing at other steps. */
function Pointing({ run, cloud, width, height }: { run: Run; cloud: Cloud; width: number; height: number }): JSX.Element {
  const { state } = useShared();
  const [hovered, setHovered] = useState(-1);
  const [dragged, setDragged] = useState<{ from: Pixel; to: Pixel } | null>(null);
  const scale = useMemo<Scale>(() => scaleOf(cloud.points, width, height), [cloud, width, height]);
  const here = useHere(cloud, scale);
  const down = (event: PointerEvent): void => {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    setDragged({ from: local(event), to: local(event) });
  };
  const move = (event: PointerEvent): void => {
    const at = local(event);
    if (dragged) {
      setDragged({ ...dragged, to: at });
      return;
    }
    const point = nearest(cloud, scale, at);
    setHovered(point);
    const own = point >= 0 && state.typed.peek() === null && cloud.episodes[point] === state.episodeIndex.peek();
    if (own && !state.pinned.peek()) state.moveTo(cloud.steps[point]);
  };
  const up = (event: PointerEvent): void => {
    if (dragged) choose(state, cloud, scale, dragged.from, local(event));
    setDragged(null);
  };
  const region = state.region.value;
  const selected = region ? rectangle(scale.x(region.left), scale.y(region.top), scale.x(region.right), scale.y(region.bottom)) : "display:none";
  return (
    <div class="pointing" onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerLeave={() => setHovered(-1)}>
      <div class="region" style={dragged ? rectangle(...dragged.from, ...dragged.to) : selected} aria-hidden="true" />
      <div class="here" style={here} aria-hidden="true" />
      {hovered >= 0 && !dragged && <Tip run={run} cloud={cloud} point={hovered} left={width - 150} scale={scale} />}
    </div>
  );
}

/** What a point is, beside it. */
function Tip({ run, cloud, point, left, scale }: { run: Run; cloud: Cloud; point: number; left: number; scale: Scale }): JSX.Element {
  const [episode, step] = [cloud.episodes[point], cloud.steps[point]];
  const wide = run.arrays.get("input")?.shape[1] ?? 0;
  const symbol = named(run.meta.symbols, values(run, "input")?.[episode * wide + step] ?? -1);
  const [x, y] = [Math.min(scale.x(cloud.points[2 * point]) + 10, left), scale.y(cloud.points[2 * point + 1]) - 30];
  return (
    <div class="tip" style={`transform:translate(${x}px,${y}px)`}>
      {symbol} · episode {episode}, step {step}
    </div>
  );
}

function rectangle(x: number, y: number, right: number, bottom: number): string {
  return `left:${Math.min(x, right)}px;top:${Math.min(y, bottom)}px;width:${Math.abs(right - x)}px;height:${Math.abs(bottom - y)}px`;
}
