import type { EpochMicros } from "@ssmd/core";
import { type Tick, timeTicks, valueTicks } from "./axis_ticks.ts";
import { escapeHtml } from "./html_text.ts";
import type { PlotBand, PlotPoint } from "./plot_point.ts";

/** The drawing's own coordinates: fine enough to be enlarged twenty times. */
const WIDTH = 20_000;
const HEIGHT = 2_000;
/** Bands are at least this wide and this far apart: two pixels of a wide screen. */
const BAND = 40;

/** Something drawn into a plot. */
export interface PlotLayer {
  /** What it shows, for the legend. */
  readonly name: string;
  /** How it looks; a class of the report's style sheet. */
  readonly look:
    | "equity"
    | "drawdown"
    | "price"
    | "held-won"
    | "held-lost"
    | "entry"
    | "won"
    | "lost";
  /** `line` and `area` join the points, `dots` does not, `pairs` joins each two that follow. */
  readonly shape: "line" | "area" | "dots" | "pairs";
  /** Ascending in time, but for `pairs`. */
  readonly points: readonly PlotPoint[];
  /** With `dots`: the number of the trade that each belongs to. */
  readonly trades?: readonly number[];
}

/** A plot over time. */
export interface TimePlotOptions {
  /** What it shows, for those who cannot see it. */
  readonly label: string;
  /** What it shows, drawn in this order. */
  readonly layers: readonly PlotLayer[];
  /** Shaded: what the data lack. */
  readonly bands: readonly PlotBand[];
  /** Its left edge. */
  readonly from: EpochMicros;
  /** Its right edge. */
  readonly to: EpochMicros;
  /** How values are written. */
  readonly text: (value: number) => string;
  /** How the page's script writes values: the divisor to dollars. */
  readonly unit: number;
  /** Whether it is half as high as others. */
  readonly low?: boolean;
  /** A value that is always within the plot. */
  readonly include?: number;
}

/** A plot over time as HTML: a drawing that stretches with the page, and labels that do not. */
export function timePlot(options: TimePlotOptions): string {
  const { label, layers, bands, text, unit } = options;
  const from = options.from;
  const to = Math.max(options.to, from + 1);
  const [low, high] = valueRange(layers, options.include);
  const x = (time: EpochMicros): number => Math.round((time - from) / (to - from) * WIDTH);
  const y = (value: number): number => Math.round((high - value) / (high - low) * HEIGHT);
  const place = (tick: Tick, share: number, side: string): string =>
    `<span class="tick ${side}" style="${side === "x" ? "left" : "top"}:${
      (share * 100).toFixed(2)
    }%">${tick.label}</span>`;
  const ticks = [
    ...valueTicks(low, high, text).map((tick) => place(tick, (high - tick.at) / (high - low), "y")),
    ...timeTicks(from, to).map((tick) => place(tick, (tick.at - from) / (to - from), "x")),
  ].join("");
  const shaded = bandPath(bands, x);
  return `<div class="plot${
    options.low === true ? " low" : ""
  }" tabindex="0" data-from="${from}" ` +
    `data-to="${to}" data-low="${low}" data-high="${high}" data-unit="${unit}">${ticks}` +
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" ` +
    `aria-label="${escapeHtml(label)}">` +
    (shaded === "" ? "" : `<path class="band" d="${shaded}"/>`) +
    layers.map((layer) => layerPath(layer, x, y)).join("") +
    `</svg><i class="cross"></i><output class="tip"></output></div>`;
}

/** The least and the greatest value with some room, never the same. */
function valueRange(layers: readonly PlotLayer[], include: number | undefined): [number, number] {
  let low = include ?? Infinity;
  let high = include ?? -Infinity;
  for (const { points } of layers) {
    for (const { value } of points) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  const room = Math.max(1, Math.ceil((high - low) / 20));
  return [low === include && high > low ? low : low - room, high === include ? high : high + room];
}

function bandPath(bands: readonly PlotBand[], x: (time: EpochMicros) => number): string {
  const stretches: [number, number][] = [];
  const sorted = bands.filter(({ from, to }) => x(to) >= 0 && x(from) <= WIDTH)
    .map(({ from, to }): [number, number] => [clip(x(from)), clip(x(to))])
    .sort((a, b) => a[0] - b[0]);
  for (const [from, to] of sorted) {
    const last = stretches.at(-1);
    const end = Math.min(WIDTH, Math.max(to, from + BAND));
    if (last !== undefined && from - last[1] < BAND) last[1] = Math.max(last[1], end);
    else stretches.push([Math.min(from, WIDTH - BAND), end]);
  }
  return stretches.map(([from, to]) => `M${from} 0H${to}V${HEIGHT}H${from}z`).join("");
}

function clip(value: number): number {
  return Math.min(WIDTH, Math.max(0, value));
}

function layerPath(
  { name, look, shape, points, trades }: PlotLayer,
  x: (time: EpochMicros) => number,
  y: (value: number) => number,
): string {
  const pen = new Pen();
  let previous: PlotPoint | undefined;
  for (const [index, point] of points.entries()) {
    const moved = shape === "dots" || previous === undefined ||
      (shape === "pairs" && index % 2 === 0);
    if (moved) pen.move(x(point.time), y(point.value));
    else pen.line(x(point.time), y(point.value));
    if (shape === "dots") pen.dot();
    previous = point;
  }
  if (shape === "area" && points.length > 0) pen.close(x(points[0]!.time), y(0));
  const numbers = trades === undefined ? "" : ` data-trades="${trades.join()}"`;
  return `<path class="${look}" data-name="${escapeHtml(name)}"${numbers} d="${pen.path}"/>`;
}

/** Writes the short form of a path: relative steps in whole numbers. */
class Pen {
  path = "";
  #x = 0;
  #y = 0;
  #letter = "";

  move(x: number, y: number): void {
    this.path += this.path === "" ? `M${x} ${y}` : `m${pair(x - this.#x, y - this.#y)}`;
    this.#at(x, y, "m");
  }

  line(x: number, y: number): void {
    if (x === this.#x && y === this.#y && this.#letter === "l") return;
    const step = pair(x - this.#x, y - this.#y);
    const lead = this.#letter !== "l" ? "l" : step.startsWith("-") ? "" : " ";
    this.path += lead + step;
    this.#at(x, y, "l");
  }

  /** A line too short to see, whose round or square ends make a dot. */
  dot(): void {
    this.path += "h1";
    this.#at(this.#x + 1, this.#y, "h");
  }

  /** Down to the base line and back under the first point. */
  close(x: number, base: number): void {
    this.path += `V${base}H${x}z`;
  }

  #at(x: number, y: number, letter: string): void {
    this.#x = x;
    this.#y = y;
    this.#letter = letter;
  }
}

function pair(x: number, y: number): string {
  return y < 0 ? `${x}${y}` : `${x} ${y}`;
}
