import { expect, test } from "vitest";
import { ticks, toInstant, toPixel } from "../src/coverage/scale";

const hour = { from: Date.UTC(2026, 10, 23, 6, 3), to: Date.UTC(2026, 10, 23, 7, 3) };
const wita = 8 * 3_600_000;

test("pixels and instants are inverse", () => {
  expect(toPixel(toInstant(250, hour, 1000), hour, 1000)).toBeCloseTo(250);
});
test("beyond the edge is the edge", () => {
  expect(toInstant(-5, hour, 100)).toBe(hour.from);
  expect(toInstant(500, hour, 100)).toBe(hour.to);
});
test("ticks stand on round minutes", () => {
  const found = ticks(hour, 8, wita).map((at) => new Date(at).toISOString().slice(11, 16));
  expect(found).toEqual(["06:10", "06:20", "06:30", "06:40", "06:50", "07:00"]);
});
test("day ticks stand on local midnight", () => {
  const week = { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 8) };
  expect(ticks(week, 8, wita).every((at) => (at + wita) % 86_400_000 === 0)).toBe(true);
});
test("a year still has few ticks", () => {
  expect(ticks({ from: 0, to: 365 * 86_400_000 }, 8, wita).length).toBeLessThanOrEqual(9);
});
