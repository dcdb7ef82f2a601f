// Verdicts: hypotheses with their evidence, and accuracy by size and shape.

import type { JSX } from "preact";
import { useShared } from "../context.ts";
import type { Palette } from "../palette.ts";
import { inkOn, shade } from "../palette.ts";
import type { Accuracy, Evidence, Outcome, Verdict, Verification } from "../payloads.ts";
import type { Verifying } from "../state.ts";
import { TroubleAt } from "./top.tsx";

/** What the mark of a verdict looks like, and says. */
const VERDICT: Record<Outcome, [string, string]> = {
  passed: ["holds", "✓ holds"],
  failed: ["fails", "✗ does not hold"],
  undecided: ["open", "? undecided"],
};
const PIECE: Record<Outcome, string> = { passed: "right", failed: "wrong", undecided: "open" };

const number = (value: number | null): string => (value === null ? "–" : value.toFixed(3));

export function Verdicts(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  if (!run) return null;
  const { verification, accuracy } = run.meta;
  const live = run.meta.live && state.host.live;
  const first = verification?.hypotheses.find((verdict) => verdict.holds) ?? verification?.hypotheses[0];
  return (
    <section class="panel verdicts" aria-label="Verdicts">
      <header>
        <h2>Verdicts</h2>
        {!verification && !accuracy && live && !state.verifying.value && (
          <button type="button" class="strong" onClick={() => state.begin("verify")}>Verify this network</button>
        )}
      </header>
      {state.verifying.value?.kind === "verify" && <Progress verifying={state.verifying.value} cancel={state.cancel} />}
      <TroubleAt at="verify" />
      {!verification && (
        <p class="hint">
          {live && !accuracy
            ? "Which strategy did it learn? A quick look takes some seconds, at the size trained on and twice that; mannscope verify looks longer."
            : "No hypothesis was tested here."}
        </p>
      )}
      {verification && (
        <p class={verification.controls_failed ? "wrong" : "hint"}>
          {verification.controls_failed
            ? "A control passes too: no verdict can be trusted."
            : `${verification.episodes} held-out episodes of each size. ${judged(verification)}`}
        </p>
      )}
      {verification?.hypotheses.map((verdict) => <One key={verdict.name} verdict={verdict} open={verdict === first} />)}
      {accuracy && <Table rows={accuracy} />}
    </section>
  );
}

export function Progress({ verifying, cancel }: { verifying: Verifying; cancel(): void }): JSX.Element {
  const { run, kind, says, seconds, limit } = verifying;
  const most = limit === null ? "" : ` of at most ${limit}`;
  return (
    <p class="hint">
      <span role="status">{kind === "verify" ? "Verifying" : "Extracting from"} {run}: {says}</span>, {Math.round(seconds)}{most} s{" "}
      <button type="button" onClick={cancel}>Cancel</button>
    </p>
  );
}

const CONTROLS = {
  untrained: "the untrained network",
  elsewhere: "answers from elsewhere",
  shuffled: "shuffled categories",
} as const;

/** Which controls there were; a quick look has none where no hypothesis holds. */
function judged(verification: Verification): string {
  const names = Object.keys(CONTROLS) as (keyof typeof CONTROLS)[];
  const others = Object.entries(verification.others).filter(([, control]) => control.judged).map(([name]) => name);
  const all = [...names.filter((name) => verification[name].judged).map((name) => CONTROLS[name]), ...others];
  return all.length > 0
    ? `No hypothesis holds on what was judged as a control: ${all.join(", ")}.`
    : "No control was judged, since no hypothesis holds.";
}

/** What a verdict says beyond its mark. */
function beyond(verdict: Verdict): string {
  const [, word] = VERDICT[verdict.outcome][1].split(/ (.*)/);
  return word && verdict.says.startsWith(word) ? verdict.says.slice(word.length).trim() : verdict.says;
}

function One({ verdict, open }: { verdict: Verdict; open: boolean }): JSX.Element {
  const { state } = useShared();
  return (
    <details class="verdict" open={open}>
      <summary>
        <span class={VERDICT[verdict.outcome][0]}>{VERDICT[verdict.outcome][1]}</span> <b>{verdict.name}</b>
        <small> {beyond(verdict)}</small>
      </summary>
      {verdict.hypothesis.description && <p class="hint">{verdict.hypothesis.description}</p>}
      {Object.entries(verdict.hypothesis.policy).map(([actor, rules]) => (
        <p key={actor} class="policy">
          {actor}: {Object.entries(rules).map(([category, action]) => `${category} → ${action}`).join(", ")}
        </p>
      ))}
      <div class="scroll" tabIndex={0} role="region" aria-label={`Evidence for ${verdict.name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">evidence</th><th scope="col">score</th><th scope="col">worst part</th>
              <th scope="col">control</th><th scope="col">at least</th><th scope="col">says</th>
            </tr>
          </thead>
          <tbody>
            {verdict.evidence.map((piece, index) => <Piece key={index} piece={piece} />)}
          </tbody>
        </table>
      </div>
      {verdict.counterexamples.length > 0 && (
        <ul class="counterexamples" aria-label="Counterexamples">
          {verdict.counterexamples.map((one, index) => (
            <li key={index}>
              <button
                type="button"
                disabled={one.episode === undefined}
                title={one.episode === undefined ? "its episode is not in this file" : "show its episode"}
                onClick={() => one.episode !== undefined && state.goTo(one.episode, one.step)}
              >
                <code>{one.input}</code>, step {one.step}: {one.actor} does {one.got} at {one.symbol}, not {one.expected}
              </button>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Piece({ piece }: { piece: Evidence }): JSX.Element {
  return (
    <tr title={piece.question}>
      <th scope="row">{piece.kind}<small>{piece.question}</small></th>
      <td>{number(piece.score)}{piece.interval && <small>{piece.interval.map(number).join("–")}</small>}</td>
      <td>{piece.worst ? <>{number(piece.worst.score)}<small>{piece.worst.name}</small></> : "–"}</td>
      <td>{number(piece.control)}</td>
      <td>{piece.threshold === null || !piece.decides ? "–" : piece.threshold}</td>
      <td class={piece.decides ? PIECE[piece.outcome] : ""}>{piece.decides ? piece.outcome : "beside"}</td>
    </tr>
  );
}

/** A shade of the palette as CSS, with ink that reads well on it. */
function shaded(palette: Palette, share: number): string {
  const rgba = new Uint8ClampedArray(4);
  shade(palette.amounts, share * 0.8, rgba, 0);
  return `background:rgb(${rgba[0]} ${rgba[1]} ${rgba[2]});color:${inkOn(palette.amounts, share * 0.8)}`;
}

function Table({ rows }: { rows: Accuracy[] }): JSX.Element {
  const { palette } = useShared();
  const sizes = [...new Set(rows.map((row) => row.size))].sort((one, other) => one - other);
  const shapes = [...new Set(rows.map((row) => row.shape))];
  const at = (shape: string, size: number): Accuracy | undefined => rows.find((row) => row.shape === shape && row.size === size);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Accuracy by size and shape">
      <table class="accuracy">
        <caption>Share of episodes with every answer right, by size and shape; below it the 95% interval</caption>
        <thead>
          <tr><th scope="col">shape</th>{sizes.map((size) => <th scope="col" key={size}>size {size}</th>)}</tr>
        </thead>
        <tbody>
          {shapes.map((shape) => (
            <tr key={shape}>
              <th scope="row">{shape}</th>
              {sizes.map((size) => {
                const row = at(shape, size);
                return row ? (
                  <td key={size} style={shaded(palette.value, row.exact)}>
                    {row.exact.toFixed(3)}
                    <small>{row.interval.map((end) => end.toFixed(2)).join("–")}</small>
                  </td>
                ) : <td key={size}>–</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
