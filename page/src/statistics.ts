// Is a category met more often than chance among the chosen steps? The control moves the chosen steps of every
// episode together, around the circle of its steps: steps of one episode are not independent of each other.

/** A small generator of random numbers in [0, 1) (mulberry32), so that a p-value is the same each time. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Chosen {
  episode: number;
  step: number;
}

export interface Enriched {
  category: number;
  count: number;
  /** What moved choices give on average. */
  expected: number;
  /** Holm-corrected over the categories; the smallest possible is 1 / (rounds + 1) times their number. */
  p: number;
}

/** Count the categories of chosen steps, each beside what choices moved along their episodes would meet. */
export function enrichment(
  chosen: readonly Chosen[],
  categories: readonly (readonly number[])[],
  count: number,
  rounds = 999,
  seed = 1,
): Enriched[] {
  const grouped = new Map<number, number[]>();
  for (const { episode, step } of chosen) {
    const steps = grouped.get(episode);
    if (steps) steps.push(step);
    else grouped.set(episode, [step]);
  }
  const observed = new Array<number>(count).fill(0);
  for (const { episode, step } of chosen) if (categories[episode][step] >= 0) observed[categories[episode][step]]++;
  const sums = new Array<number>(count).fill(0);
  const reached = new Array<number>(count).fill(0);
  const draw = random(seed);
  const met = new Array<number>(count);
  for (let round = 0; round < rounds; round++) {
    met.fill(0);
    for (const [episode, steps] of grouped) {
      const row = categories[episode];
      const shift = Math.floor(draw() * row.length);
      for (const step of steps) {
        const category = row[(step + shift) % row.length];
        if (category >= 0) met[category]++;
      }
    }
    for (let category = 0; category < count; category++) {
      sums[category] += met[category];
      if (met[category] >= observed[category]) reached[category]++;
    }
  }
  const raw = reached.map((number) => (number + 1) / (rounds + 1));
  const corrected = holm(raw);
  return observed.map((number, category) => ({
    category,
    count: number,
    expected: sums[category] / rounds,
    p: corrected[category],
  }));
}

/** Holm's correction (1979): the smallest p times their number, the next times one less, never decreasing. */
export function holm(raw: readonly number[]): number[] {
  const order = raw.map((_, index) => index).sort((one, other) => raw[one] - raw[other]);
  const corrected = new Array<number>(raw.length);
  let largest = 0;
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, raw[index] * (raw.length - place)));
    corrected[index] = largest;
  });
  return corrected;
}
