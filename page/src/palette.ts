// Colours that colour-blind readers can tell apart: Okabe and Ito (2008) for categories, grey to ink for amounts,
// blue over paper to red for signs. Nothing is shown by colour alone: tokens, letters and markers show it too.

export interface Palette {
  readonly dark: boolean;
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly faint: string;
  readonly rule: string;
  readonly accent: string;
  readonly wrong: string;
  readonly right: string;
  readonly categories: readonly string[];
  /** Text on a category's colour. */
  readonly onCategories: readonly string[];
  readonly amounts: readonly (readonly [number, number, number])[];
  readonly signs: readonly (readonly [number, number, number])[];
}

const CATEGORIES = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#F0E442", "#000000"];
const ON_CATEGORIES = ["#fff", "#000", "#000", "#000", "#000", "#000", "#fff"];
const DARK_CATEGORIES = ["#4AA8E0", "#F2B134", "#2FC79A", "#E39BC4", "#8FD0F5", "#F0E442", "#FFFFFF"];

export const MARKERS = ["circle", "square", "triangle", "diamond", "flipped", "plus", "cross"] as const;

export const LIGHT: Palette = {
  dark: false,
  paper: "#ffffff",
  panel: "#f7f7f5",
  ink: "#1c1c1a",
  faint: "#62625d",
  rule: "#d9d9d4",
  accent: "#B34700",
  wrong: "#B00020",
  right: "#00664A",
  categories: CATEGORIES,
  onCategories: ON_CATEGORIES,
  amounts: [
    [255, 255, 255],
    [222, 234, 240],
    [170, 205, 222],
    [103, 164, 197],
    [48, 115, 164],
    [19, 70, 122],
    [8, 34, 74],
  ],
  signs: [
    [5, 48, 97],
    [67, 147, 195],
    [209, 229, 240],
    [255, 255, 255],
    [253, 219, 199],
    [214, 96, 77],
    [103, 0, 31],
  ],
};

export const DARK: Palette = {
  dark: true,
  paper: "#161617",
  panel: "#1f1f21",
  ink: "#ededea",
  faint: "#a5a5a0",
  rule: "#3a3a3d",
  accent: "#FF8A4C",
  wrong: "#FF8091",
  right: "#54D6AA",
  categories: DARK_CATEGORIES,
  onCategories: DARK_CATEGORIES.map(() => "#000"),
  amounts: [
    [22, 22, 23],
    [24, 44, 62],
    [24, 75, 104],
    [38, 114, 143],
    [74, 158, 174],
    [142, 203, 199],
    [233, 246, 232],
  ],
  signs: [
    [146, 197, 255],
    [67, 135, 205],
    [30, 60, 95],
    [22, 22, 23],
    [95, 42, 36],
    [205, 94, 76],
    [255, 196, 170],
  ],
};

type Ramp = readonly (readonly [number, number, number])[];

/** The colour at a share from 0 to 1 of a ramp, written into `into` at `at`. */
export function shade(ramp: Ramp, share: number, into: Uint8ClampedArray, at: number): void {
  const place = Math.min(Math.max(share, 0), 1) * (ramp.length - 1);
  const below = Math.min(Math.floor(place), ramp.length - 2);
  const rest = place - below;
  for (let part = 0; part < 3; part++) {
    into[at + part] = ramp[below][part] + rest * (ramp[below + 1][part] - ramp[below][part]);
  }
  into[at + 3] = 255;
}

/** Black or white, whichever reads better on a share of a ramp. */
export function inkOn(ramp: Ramp, share: number): string {
  const rgba = new Uint8ClampedArray(4);
  shade(ramp, share, rgba, 0);
  const [red, green, blue] = [...rgba].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.25 ? "#111111" : "#ffffff";
}

export function categoryColour(palette: Palette, index: number): string {
  return index < 0 ? palette.faint : palette.categories[index % palette.categories.length];
}

export function onCategory(palette: Palette, index: number): string {
  return index < 0 ? palette.paper : palette.onCategories[index % palette.onCategories.length];
}
