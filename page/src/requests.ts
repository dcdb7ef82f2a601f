// Requests of the host, and what becomes of the page when they are answered or refused.

import { batch } from "@preact/signals";
import type { Host, Trouble } from "./host.ts";
import { Refusal } from "./host.ts";
import type { Edit, Episode, EpisodeMeta, ProgressMeta, Run, RunMeta } from "./payloads.ts";
import type { Signals } from "./state.ts";

/** Milliseconds between questions of what an opening run waits for. */
const ASK_OPENING = 400;

/** Requests of the host; only the newest may still change the page. */
export class Requests {
  readonly host: Host;
  readonly state: Signals;
  private readonly opened = new Map<string, Run>();
  private newest = 0;

  constructor(host: Host, state: Signals) {
    this.host = host;
    this.state = state;
  }

  /** Make a request, and show its result; what goes wrong is told at the part of the page that made it. */
  async make<Result>(description: string, request: () => Promise<Result>, then: (result: Result) => void, at?: string): Promise<void> {
    const { busy, trouble } = this.state;
    this.newest += 1;
    const own = this.newest;
    busy.value = description;
    try {
      const result = await request();
      if (own !== this.newest) return;
      batch(() => {
        trouble.value = null;
        this.state.missed.value = "";
        then(result);
      });
    } catch (problem) {
      if (own === this.newest) trouble.value = { ...troubleOf(problem as Error), at };
    } finally {
      if (own === this.newest) busy.value = "";
    }
  }

  async run(id: string, again = false): Promise<Run> {
    const known = again ? undefined : this.opened.get(id);
    if (known) return known;
    const timer = this.host.kind === "server" ? setInterval(() => void this.ask(id), ASK_OPENING) : undefined;
    try {
      return this.keep(await this.host.request<RunMeta>({ request: "outline", run: id }));
    } finally {
      clearInterval(timer);
      this.state.stage.value = "";
    }
  }

  /** Show what a run that is being opened waits for. */
  private async ask(id: string): Promise<void> {
    const answer = await this.host.request<ProgressMeta>({ request: "progress", run: id }).catch(() => null);
    if (this.state.busy.value && answer?.meta.work) this.state.stage.value = answer.meta.work.says;
  }

  /** Keep a run, for now or with its projections; one that was projected before stays so. */
  readonly keep = (run: Run): Run => {
    const known = this.opened.get(run.meta.run);
    const same = known?.meta.projected && !run.meta.projected && known.meta.fingerprint === run.meta.fingerprint;
    const kept = same && known.meta.episodes.length === run.meta.episodes.length ? known : run;
    this.opened.set(run.meta.run, kept);
    return kept;
  };

  episode(id: string, episode: number): Promise<Episode> {
    return this.host.request<EpisodeMeta>({ request: "episode", run: id, episode });
  }

  rerun(id: string, input: { text: string } | { episode: number }, edits: Edit[]): Promise<Episode> {
    return this.host.request<EpisodeMeta>({ request: "run", run: id, ...input, edits });
  }
}

export function troubleOf(problem: Error): Trouble {
  if (problem instanceof Refusal) return problem.trouble;
  return { must: "the page must work", got: problem.message, remedy: "Reload the page" };
}
