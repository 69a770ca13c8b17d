import { beforeAll, expect, test, vi } from "vitest";
import { shares } from "../src/coverage/mix";

const WIDTH = 500;
const HEIGHT = 18;
const hour = { from: 0, to: 3_600_000 };

/** As much of a canvas as the bar uses: every pixel holds what was painted there last. */
function canvas() {
  const pixels: unknown[] = new Array(WIDTH * HEIGHT).fill(null);
  const context = {
    fillStyle: null as unknown,
    setTransform: () => {},
    fillRect(left: number, top: number, width: number, height: number) {
      for (let y = Math.round(top); y < Math.round(top + height); y++)
        for (let x = Math.round(left); x < Math.round(left + width); x++)
          if (x >= 0 && x < WIDTH) pixels[y * WIDTH + x] = this.fillStyle;
    },
    createPattern: () => "hatch",
    beginPath: () => {}, moveTo: () => {}, lineTo: () => {}, stroke: () => {}, strokeRect: () => {},
  };
  return { clientWidth: WIDTH, width: 0, height: 0, getContext: () => context, pixels };
}

beforeAll(() => {
  vi.stubGlobal("window", { devicePixelRatio: 1 });
  vi.stubGlobal("document", { createElement: canvas });
});

async function painted(spans: [number, number][], gaps: [number, number][]) {
  const { draw } = await import("../src/coverage/draw");
  const bar = canvas();
  const footage = {
    coverage: spans.map(([start, end]) => ({ start, end, state: "stored" })),
    gaps: gaps.map(([start, end]) => ({ start, end, reason: "stalled" })),
    thumbnail: null,
  };
  draw(bar as unknown as HTMLCanvasElement, hour, footage, { selection: null, playhead: null, cursor: null });
  const share = (...fills: unknown[]) => bar.pixels.filter((fill) => fills.includes(fill)).length / bar.pixels.length;
  return { stored: share("#2f6f8f"), gap: share("hatch", "#c4673a") };
}

const rhythm = (on: number, off: number): [[number, number][], [number, number][]] => {
  const [spans, gaps]: [number, number][][] = [[], []];
  for (let at = 0; at < hour.to; at += on + off) {
    spans!.push([at, at + on]);
    gaps!.push([at + on, at + on + off]);
  }
  return [spans!, gaps!];
};

test("a camera that misses one second in eight looks seven eighths covered", async () => {
  const { stored, gap } = await painted(...rhythm(7000, 1000));
  expect(stored).toBeGreaterThan(0.78);
  expect(gap).toBeGreaterThan(0.1);
});
test("a camera that has one second in eight does not look covered", async () => {
  expect((await painted(...rhythm(1000, 7000))).stored).toBeLessThan(0.25);
});
test("one hole of a second in the hour is seen, and takes no more than a column", async () => {
  const { stored, gap } = await painted([[0, 1_000_000], [1_001_000, hour.to]], [[1_000_000, 1_001_000]]);
  expect(gap).toBeGreaterThan(0);
  expect(stored).toBeGreaterThan(0.99);
});
test("a long hole stays hatched over its whole length", async () => {
  const { stored, gap } = await painted([[0, 1_800_000]], [[1_800_000, hour.to]]);
  expect([stored, gap]).toEqual([0.5, 0.5]);
});
test("shares of a column add up", () => {
  expect([...shares([{ start: 0, end: 5 }, { start: 8, end: 25 }], { from: 0, to: 40 }, 4)]).toEqual([0.7, 1, 0.5, 0]);
});
