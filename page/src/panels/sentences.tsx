// The step in words, and what moves the cursor: playing, its speed, and presenting to an audience.

import type { JSX } from "preact";
import { useShared } from "../context.ts";
import type { Player, Screen } from "../keys.ts";
import { present } from "../keys.ts";
import type { Lane } from "../state.ts";
import { headline, question, sentence } from "../sentence.ts";

const SPEEDS = [0.5, 1, 2, 4, 8];

interface SentencesProps {
  playing: boolean;
  play: Player;
  screen: Screen;
}

/** The sentence of the step, for every lane, and the slider that moves the cursor. */
export function Sentences({ playing, play, screen }: SentencesProps): JSX.Element {
  const { state } = useShared();
  const step = state.step.value;
  const lanes = state.lanes.value;
  const [main, second] = lanes;
  const words = (lane: Lane): string => (state.covered.value ? question : sentence)(lane.run, lane.episode, step);
  const isSeen = main && state.until.value >= main.episode.meta.steps;
  return (
    <div class="sentences">
      {main && <p class="input-text"><code>{main.episode.meta.text}</code> {isSeen && verdictOf(main.episode.meta.exact)}</p>}
      {state.missed.value && <p class="missed" role="alert">{state.missed.value}</p>}
      {isSeen && second && state.edits.value.length > 0 && (
        <p class="headline" role="status">{headline(main.run, main.episode, second.episode)}</p>
      )}
      <div aria-live="polite" class="sentence">
        {lanes.map((lane, index) =>
          step < lane.episode.meta.steps ? (
            <p key={index} data-sentence={index}>
              {lanes.length > 1 && <span class="badge">{"AB"[index]}</span>} {words(lane)}
            </p>
          ) : null,
        )}
      </div>
      <div class="row controls" onClick={(event) => isClicked(event) && screen.rest()}>
        <button type="button" class="play" onClick={play.toggle} aria-label={playing ? "Stop" : "Play"}>{playing ? "❚❚" : "▶"}</button>
        <input
          type="range"
          min={0}
          max={state.steps.value - 1}
          value={step}
          aria-label="Step"
          aria-valuetext={main && step < main.episode.meta.steps ? words(main) : ""}
          onInput={(event) => {
            state.moveTo(Number(event.currentTarget.value));
            event.currentTarget.value = String(state.step.peek());
          }}
        />
        <span class="note">{step} / {state.steps.value - 1}</span>
        <select
          aria-label="Steps a second"
          value={state.speed.value}
          onChange={(event) => {
            state.speed.value = Number(event.currentTarget.value);
            if (state.present.value) screen.rest();
          }}
        >
          {SPEEDS.map((speed) => <option key={speed} value={speed}>{speed}/s</option>)}
        </select>
        {state.present.value && <Presenting screen={screen} />}
      </div>
    </div>
  );
}

/** Whether a button was clicked, and not pressed by a key: then Space is for the page again. */
function isClicked(event: MouseEvent): boolean {
  return event.detail > 0 && (event.target as Element).closest("button") !== null;
}

/** What a presenter needs at hand. */
function Presenting({ screen }: { screen: Screen }): JSX.Element {
  const { state } = useShared();
  const guesses = state.present.value === "guess";
  return (
    <span class="presenting">
      <button type="button" aria-pressed={guesses} onClick={() => present(state, guesses ? "on" : "guess", screen)}>Guess each step</button>
      {document.fullscreenEnabled && <button type="button" onClick={() => screen.fill(!screen.isFull())}>Full screen</button>}
      <button type="button" onClick={() => present(state, "", screen)}>End</button>
    </span>
  );
}

function verdictOf(exact: boolean | null): JSX.Element | null {
  if (exact === null) return null;
  return <span class={exact ? "right" : "wrong"}>{exact ? "✓ every answer is right" : "✗ not every answer is right"}</span>;
}
