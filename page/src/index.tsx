import type { AnyModel, Render } from "@anywidget/types";
import { render as draw } from "preact";
import { lines, type Run } from "./runs.ts";

type State = { runs: Run[]; home: string; live: boolean };

function Runs({ runs }: { runs: Run[] }) {
  return (
    <ul>
      {lines(runs).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

const render: Render<State> = ({ model, el }) => {
  draw(<Runs runs={model.get("runs")} />, el);
  return () => draw(null, el);
};

export default { render };

const root = document.getElementById("mannscope-root");
const told = document.getElementById("mannscope-page");
if (root && told) {
  const state = JSON.parse(told.textContent ?? "{}") as State;
  const model = { get: (name: keyof State) => state[name] } as unknown as AnyModel<State>;
  draw(<Runs runs={model.get("runs")} />, root);
}
