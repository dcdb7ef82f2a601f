// The head of the page: the networks, what is shown, and what went wrong.

import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useShared } from "../context.ts";
import type { Trouble as Problem } from "../host.ts";
import type { Screen } from "../keys.ts";
import { HELP, present } from "../keys.ts";
import { DARK, LIGHT } from "../palette.ts";
import type { Run } from "../payloads.ts";

export function Top({ screen }: { screen: Screen }): JSX.Element {
  const { state, palette } = useShared();
  const [copied, setCopied] = useState(false);
  const [help, setHelp] = useState(false);
  const run = state.run.value;
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied(true);
      setTimeout(() => setCopied(false), 1500);
    } catch {
      setCopied(false);
    }
  };
  return (
    <header class="top">
      <h1>mannscope</h1>
      <nav aria-label="Networks">
        {state.host.runs.map((one) => (
          <button type="button" key={one.run} aria-current={one.run === run?.meta.run} onClick={() => state.open(one.run)}>
            {one.label}
          </button>
        ))}
      </nav>
      <span class="busy" role="status">{run && state.busy.value && `${[state.busy.value, state.stage.value].filter(Boolean).join(": ")} …`}</span>
      {run && (
        <span class="facts">
          {[taskOf(run), run.meta.memory, run.meta.fingerprint && `weights ${run.meta.fingerprint.slice(0, 8)}`].filter(Boolean).join(" · ")}
        </span>
      )}
      {state.host.kind !== "notebook" && navigator.clipboard && (
        <button type="button" class="quiet" onClick={copy}>{copied ? "Copied" : "Copy link"}</button>
      )}
      {run && <button type="button" class="quiet" onClick={() => present(state, "on", screen)}>Present</button>}
      <button type="button" class="quiet" onClick={() => (palette.value = palette.value.dark ? LIGHT : DARK)}>
        {palette.value.dark ? "Light" : "Dark"}
      </button>
      <button type="button" class="quiet" aria-expanded={help} onClick={() => setHelp(!help)}>Keys</button>
      {help && (
        <dl class="keys">
          {HELP.map(([key, effect]) => (
            <div key={key}><dt>{key}</dt><dd>{effect}</dd></div>
          ))}
        </dl>
      )}
    </header>
  );
}

/** The task with its options, as far as they are short: `expressions (modulus 10)`. */
function taskOf({ meta }: Run): string {
  const isShort = (value: unknown): boolean => typeof value === "number" || (typeof value === "string" && value.length < 24);
  const options = Object.entries(meta.configuration?.task ?? {}).filter(([name, value]) => name !== "name" && isShort(value));
  const words = options.map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  return words.length ? `${meta.task} (${words.join(", ")})` : meta.task;
}

/** What went wrong, unless it is told beside what was entered. */
export function Trouble(): JSX.Element | null {
  const { state } = useShared();
  const trouble = state.trouble.value;
  if (!trouble || (trouble.at && !state.present.value)) return null;
  return <Told trouble={trouble} />;
}

/** What went wrong with what was entered in a part of the page. */
export function TroubleAt({ at }: { at: string }): JSX.Element | null {
  const { state } = useShared();
  const trouble = state.trouble.value;
  return trouble?.at === at ? <Told trouble={trouble} id={`trouble-${at}`} /> : null;
}

function Told({ trouble, id }: { trouble: Problem; id?: string }): JSX.Element {
  const { state } = useShared();
  return (
    <div class="trouble" role="alert" id={id}>
      <p>
        <b>{trouble.must}</b>. Got {trouble.got}. {trouble.remedy.replace(/\.$/, "")}.
      </p>
      <button type="button" class="quiet" aria-label="Close the message" onClick={() => (state.trouble.value = null)}>✕</button>
    </div>
  );
}
