// The program: rules that do what the network does, with those of the step under the cursor first.

import type { JSX } from "preact";
import { useShared } from "../context.ts";
import type { Extraction, ProgramRules } from "../payloads.ts";
import { named, values } from "../payloads.ts";
import { TroubleAt } from "./top.tsx";
import { Progress } from "./verdicts.tsx";

/** Rules of a symbol that are listed. */
const MOST = 40;

export function Program(): JSX.Element | null {
  const { state } = useShared();
  const run = state.run.value;
  if (!run) return null;
  const { program } = run.meta;
  const live = run.meta.live && state.host.live && run.meta.actors.length > 0;
  if (!program && !live) return null;
  return (
    <section class="panel program" aria-label="Program">
      <header>
        <h2>Program</h2>
        {!program && !state.verifying.value && (
          <button type="button" class="strong" onClick={() => state.begin("extract")}>Extract a program</button>
        )}
      </header>
      {state.verifying.value?.kind === "extract" && <Progress verifying={state.verifying.value} cancel={state.cancel} />}
      <TroubleAt at="extract" />
      {program ? <Found found={program} /> : <p class="hint">Do a few rules do what the network does? It takes some seconds.</p>}
    </section>
  );
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function Found({ found }: { found: Extraction }): JSX.Element {
  const { state } = useShared();
  const lane = state.main.value;
  const symbol = lane ? named(lane.run.meta.symbols, values(lane.episode, "input")?.[state.step.value] ?? -1) : "";
  const { steps, outputs, machine, start } = found.program;
  return (
    <>
      <p>
        <span class={found.agrees ? "right" : "wrong"}>{found.agrees ? "✓ agrees with the network" : "✗ does not agree with the network"}</span>:
        the same answers in {found.agreement.toFixed(3)} of the episodes at least, up to size {Math.max(...found.rows.map((row) => row.size))}.
      </p>
      <p class="hint">
        {[counted(found.states, "state"), counted(found.contents, "content"), counted(found.rules, "rule")].join(", ")}, on a {machine};
        it starts in {start}.
      </p>
      {found.notes.map((note) => <p class="hint" key={note}>{note}</p>)}
      <div class="rules">
        {Object.keys(steps).map((one) => (
          <details key={one} open={one === symbol}>
            <summary>at <code>{one}</code>{one === symbol && <small> the symbol of step {state.step.value}</small>}</summary>
            <Table symbol={one} does={steps[one]} says={outputs[one]} />
          </details>
        ))}
      </div>
    </>
  );
}

function Table({ symbol, does, says }: { symbol: string; does: ProgramRules; says: ProgramRules | undefined }): JSX.Element {
  const rows = [
    ...does.rules.map((rule) => [does.by, rule.when, `${rule.do?.join(", ")}${rule.write ? `, writes ${rule.write}` : ""}, then ${rule.next}`] as const),
    ...(says?.rules ?? []).map((rule) => [says?.by ?? [], rule.when, `outputs ${rule.output}`] as const),
  ];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Rules at ${symbol}`}>
      <table>
        <thead><tr><th scope="col">if</th><th scope="col">then</th></tr></thead>
        <tbody>
          {rows.slice(0, MOST).map(([by, when, then], place) => (
            <tr key={place}>
              <td>{by.map((name, index) => `${name} is ${when[index]}`).join(", ") || "always"}</td>
              <td>{then}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > MOST && <p class="hint">and {rows.length - MOST} more, which mannscope extract writes to a file</p>}
    </div>
  );
}
