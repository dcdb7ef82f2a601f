/** One run as the host lists it. */
export type Run = { run: string; label: string };

/** One line for every run. */
export function lines(runs: readonly Run[]): string[] {
  return runs.map(({ run, label }) => (label === run ? run : `${label} (${run})`));
}
