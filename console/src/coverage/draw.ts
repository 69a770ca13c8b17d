/** Paints coverage on a canvas: stored solid, what is on its way lighter, holes hatched, the future blank. */
import type { Footage } from "../api/archive";
import type { Range } from "../view";
import { mixed } from "./mix";
import { toPixel } from "./scale";

const COLOURS: Record<string, string> = {
  stored: "#2f6f8f",
  held: "#6a4c93",
  pending: "#8fbcd1",
  recording: "#bcd9e5",
  purged: "#a2958a",
  thinned: "#b0a05f",
};
const GAP_GROUND = "#fbeee6";
const GAP_LINE = "#c4673a";
const HEIGHT = 18;
/** A hole of a second in a day must still be seen, and so must a second of footage in a day without. */
const LEAST = 3;

let hatch: CanvasPattern | null = null;

function hatching(context: CanvasRenderingContext2D): CanvasPattern | string {
  if (hatch) return hatch;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const paint = tile.getContext("2d");
  if (!paint) return GAP_GROUND;
  paint.fillStyle = GAP_GROUND;
  paint.fillRect(0, 0, 8, 8);
  paint.strokeStyle = GAP_LINE;
  paint.lineWidth = 1.4;
  paint.beginPath();
  for (const x of [-8, 0, 8]) {
    paint.moveTo(x, 8);
    paint.lineTo(x + 8, 0);
  }
  paint.stroke();
  hatch = context.createPattern(tile, "repeat");
  return hatch ?? GAP_GROUND;
}

export interface Marks {
  selection: Range | null;
  playhead: number | null;
  cursor: number | null;
}

export function draw(canvas: HTMLCanvasElement, range: Range, footage: Footage | null, marks: Marks): void {
  const width = canvas.clientWidth;
  const density = window.devicePixelRatio || 1;
  const [w, hgt] = [Math.round(width * density), Math.round(HEIGHT * density)];
  if (canvas.width !== w || canvas.height !== hgt) {
    canvas.width = w;
    canvas.height = hgt;
  }
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.fillStyle = "#eef1f3";
  context.fillRect(0, 0, width, HEIGHT);
  const span = (start: number, end: number, fill: string | CanvasPattern): void => {
    const left = Math.max(0, toPixel(start, range, width));
    const right = Math.min(width, toPixel(end, range, width));
    if (right < 0 || left > width) return;
    context.fillStyle = fill;
    context.fillRect(left, 0, Math.max(1, right - left), HEIGHT);
  };
  for (const gap of footage?.gaps ?? []) {
    span(gap.start, gap.end, gap.reason === "not_recorded" ? "#e3e6e8" : hatching(context));
  }
  for (const part of footage?.coverage ?? []) span(part.start, part.end, COLOURS[part.state] ?? COLOURS.stored!);
  if (footage) drawMixed(context, range, footage, w, density);
  drawMarks(context, range, width, marks);
}

/** Footage from below, its holes from above, each as high as its share of the column's time. */
function drawMixed(context: CanvasRenderingContext2D, range: Range, footage: Footage, columns: number, density: number): void {
  for (const { column, gap, state } of mixed(footage, range, columns)) {
    const hole = Math.min(HEIGHT - LEAST, Math.max(LEAST, gap * HEIGHT));
    context.fillStyle = COLOURS[state] ?? COLOURS.stored!;
    context.fillRect(column / density, 0, 1 / density, HEIGHT);
    context.fillStyle = GAP_LINE;
    context.fillRect(column / density, 0, 1 / density, hole);
  }
}

function drawMarks(context: CanvasRenderingContext2D, range: Range, width: number, marks: Marks): void {
  if (marks.selection) {
    const left = toPixel(marks.selection.from, range, width);
    const right = toPixel(marks.selection.to, range, width);
    // An outline only: a tint would read as one more kind of footage.
    context.strokeStyle = "#ffb300";
    context.lineWidth = 3;
    context.strokeRect(left + 1.5, 1.5, Math.max(1, right - left - 3), HEIGHT - 3);
  }
  const line = (at: number, colour: string, thick: number): void => {
    context.fillStyle = colour;
    context.fillRect(toPixel(at, range, width) - thick / 2, 0, thick, HEIGHT);
  };
  if (marks.cursor !== null) line(marks.cursor, "#10202c", 1);
  if (marks.playhead !== null) {
    line(marks.playhead, "#ffffff", 4);
    line(marks.playhead, "#b3261e", 2);
  }
}
