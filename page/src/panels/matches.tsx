// Other steps with the selected actions, or in the selected region, and whether a category occurs there more often.

import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useShared } from "../context.ts";
import type { Pattern } from "../matches.ts";
import { classes, describePattern, findPattern, findRegion, patternOf } from "../matches.ts";
import { categoryColour } from "../palette.ts";
import { toCsv } from "../save.ts";
import type { Chosen, Enriched } from "../statistics.ts";
import { enrichment } from "../statistics.ts";
import type { Run } from "../payloads.ts";
import { named, values } from "../payloads.ts";
import { roving } from "../roving.ts";
import { cloudOf } from "./projection.tsx";

const MOST = 60;

interface Found {
  description: string;
  chosen: Chosen[];
}

/** The newest value that has not changed for a moment, so that nothing is searched while it is being dragged. */
function useSettled<Value>(value: Value, milliseconds: number): Value {
  const [settled, settle] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), milliseconds);
    return () => clearTimeout(timer);
  }, [key]);
  return settled;
}

function useFound(run: Run | null): Found | null {
  const { state } = useShared();
  const [lane, site, own] = [state.main.value, state.site.value, state.projection.value];
  const chosen = { brush: state.brush.value, region: state.region.value, step: state.brush.value ? state.step.value : 0 };
  const { brush, region, step: counted } = useSettled(chosen, 120);
  return useMemo(() => {
    if (!run || !lane) return null;
    const actions = values(lane.episode, "action");
    if (brush && actions && brush.to < lane.episode.meta.steps) {
      const pattern: Pattern = patternOf(actions, run.meta.actors.length, brush.from, brush.to, counted - brush.from);
      const place = pattern.actions.length > 1 ? `, counted at its step ${pattern.offset}` : "";
      return { description: `Actions ${describePattern(run, pattern)}${place}`, chosen: findPattern(run, pattern) };
    }
    const points = own && own.meta.site.site === site ? values(own, "points") : cloudOf(run, site)?.points;
    const source = own && own.meta.site.site === site ? own : run;
    const [episodes, steps] = [values(source, "point_episode"), values(source, "point_step")];
    if (!region || !points || !episodes || !steps) return null;
    return { description: `A region of ${site}`, chosen: findRegion(points, episodes, steps, region) };
  }, [run, brush, region, lane, site, own, counted]);
}

export function Matches(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  const found = useFound(run);
  const known = useMemo(() => (run ? classes(run) : null), [run]);
  const counts = useMemo(
    () => (found && known ? enrichment(found.chosen, known.rows, known.names.length) : []),
    [found, known],
  );
  if (!run || !known) return null;
  return (
    <section class="panel matches" aria-label="Matches">
      <header>
        <h2>Matches</h2>
        {found && <button type="button" class="quiet" onClick={() => clear(state)} aria-label="Clear the selection">✕</button>}
      </header>
      {!found ? (
        <p class="hint">
          Drag over steps above to find the same actions everywhere, or over points of the projection to find the steps
          there. From the keyboard: Shift with ← or →.
        </p>
      ) : (
        <>
          <p data-matches>
            <b>{found.description}</b>: {found.chosen.length} of {known.rows.reduce((sum, row) => sum + row.length, 0)} steps, in{" "}
            {new Set(found.chosen.map((one) => one.episode)).size} of {known.rows.length} episodes
          </p>
          {found.chosen.length > 0 && <Histogram counts={counts} names={known.names} categories={run.arrays.has("category")} />}
          <div class="list" role="group" aria-label="Matches; arrow keys up and down go through them" {...roving()}>
            {found.chosen.slice(0, MOST).map((one, place) => (
              <button type="button" tabIndex={place ? -1 : 0} key={`${one.episode}:${one.step}`} onClick={() => state.goTo(one.episode, one.step)}>
                <span class="number">{one.episode}</span>
                <Context run={run} chosen={one} />
              </button>
            ))}
            {found.chosen.length > MOST && <p class="hint">and {found.chosen.length - MOST} more, which are in the data</p>}
          </div>
          <p class="row">
            <a class="quiet" download="matches.csv" href={`data:text/csv;charset=utf-8,${encodeURIComponent(toCsv(matchTable(run, found.chosen)))}`}>
              Data
            </a>
          </p>
        </>
      )}
    </section>
  );
}

function clear(state: { brush: { value: unknown }; region: { value: unknown } }): void {
  state.brush.value = null;
  state.region.value = null;
}

/** A step with three neighbours on either side. */
function Context({ run, chosen }: { run: Run; chosen: Chosen }): JSX.Element {
  const input = values(run, "input");
  const width = run.arrays.get("input")?.shape[1] ?? 0;
  const token = (step: number): string =>
    step < 0 || step >= width ? "" : named(run.meta.symbols, input?.[chosen.episode * width + step] ?? -1);
  const side = (from: number): string => [0, 1, 2].map((ahead) => token(from + ahead)).join(" ");
  return (
    <code>
      {side(chosen.step - 3)} <mark>{token(chosen.step)}</mark> {side(chosen.step + 1)} <small>step {chosen.step}</small>
    </code>
  );
}

interface HistogramProps {
  counts: Enriched[];
  names: readonly string[];
  categories: boolean;
}

const readableP = (p: number): string => (p < 0.001 ? "< 0.001" : p < 0.995 ? p.toFixed(p < 0.1 ? 3 : 2) : "1");

function Histogram({ counts, names, categories }: HistogramProps): JSX.Element {
  const { palette } = useShared();
  const shown = counts.filter((one) => one.count > 0 || one.expected >= 0.5).slice(0, 24);
  const most = Math.max(1, ...shown.map((one) => Math.max(one.count, one.expected)));
  return (
    <table class="histogram">
      <caption>
        {categories ? "Categories" : "Symbols"} read at the matches, and on average when the matches are moved along their
        episodes (999 times; p corrected by Holm)
      </caption>
      <thead>
        <tr><th scope="col">read</th><th scope="col">found</th><th scope="col">moved</th><th scope="col">p</th></tr>
      </thead>
      <tbody>
        {shown.map((one) => (
          <tr key={one.category}>
            <th scope="row">{names[one.category]}</th>
            <td>
              <i
                class="bar"
                style={`width:${Math.round((70 * one.count) / most)}px;background:${categories ? categoryColour(palette.value, one.category) : palette.value.faint}`}
              />{" "}
              {one.count}
            </td>
            <td>{one.expected.toFixed(1)}</td>
            <td class={one.p < 0.05 ? "strong" : ""}>{readableP(one.p)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function matchTable(run: Run, chosen: readonly Chosen[]): string[][] {
  const input = values(run, "input");
  const width = run.arrays.get("input")?.shape[1] ?? 0;
  return [
    ["episode", "step", "input"],
    ...chosen.map(({ episode, step }) => [String(episode), String(step), named(run.meta.symbols, input?.[episode * width + step] ?? -1)]),
  ];
}
