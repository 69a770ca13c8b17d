import { expect, test } from "vitest";
import { holeAt, holeBetween, toMedia, toWall, type Part } from "../src/player/timeline";

const T = Date.UTC(2026, 10, 23, 6);
// Ten seconds of footage, a hole of a minute that the playlist's media time does not count, five more seconds.
const parts: Part[] = [
  { start: 0, duration: 4, programDateTime: T },
  { start: 4, duration: 6, programDateTime: T + 4000 },
  { start: 10, duration: 5, programDateTime: T + 70_000 },
];

test("wall time follows the parts", () => {
  expect(toWall(parts, 0)).toBe(T);
  expect(toWall(parts, 5.5)).toBe(T + 5500);
  expect(toWall(parts, 12)).toBe(T + 72_000);
});
test("wall time never runs past its part", () => expect(toWall(parts, 99)).toBe(T + 75_000));
test("media time is the inverse", () => {
  for (const seconds of [0, 3.5, 4, 9.5, 10, 14]) expect(toMedia(parts, toWall(parts, seconds)!)).toBeCloseTo(seconds);
});
test("inside a hole the next picture is meant", () => expect(toMedia(parts, T + 30_000)).toBe(10));
test("before the beginning the first picture is meant", () => expect(toMedia(parts, T - 5000)).toBe(0));
test("after the end the last picture is meant", () => expect(toMedia(parts, T + 999_000)).toBeCloseTo(14.95));
test("a part marked as a gap holds no picture", () => {
  const holed = [parts[0]!, { ...parts[1]!, gap: true }, parts[2]!];
  expect(toMedia(holed, T + 5000)).toBe(10);
});
test("stepping over a hole is noticed", () => {
  expect(holeBetween(parts, 9.9, 10.1)).toEqual({ from: T + 9900, to: T + 70_100 });
  expect(holeBetween(parts, 3.9, 4.2)).toBeNull();
});
test("a hole that media time counts is found from just before it", () => {
  const counted: Part[] = [
    { start: 0, duration: 10, programDateTime: T },
    { start: 10, duration: 10, programDateTime: T + 10_000, gap: true },
    { start: 20, duration: 2, programDateTime: T + 20_000, gap: true },
    { start: 22, duration: 5, programDateTime: T + 22_000 },
  ];
  const hole = { from: T + 10_000, to: T + 22_000, resume: 22 };
  expect(holeAt(counted, 9.8, 0.5)).toEqual(hole);
  expect(holeAt(counted, 12, 0.5)).toEqual(hole);
  expect(holeBetween(counted, 9.8, 22.1)).toEqual(hole);
  expect([holeBetween(counted, 5, 9.8), holeBetween(counted, 22.1, 22.4)]).toEqual([null, null]);
  expect([holeAt(counted, 5, 0.5), holeAt(counted, 23, 0.5), holeAt(parts, 9.9, 0.5)]).toEqual([null, null, null]);
});
test("no parts, no time", () => expect([toWall([], 1), toMedia([], T)]).toEqual([null, null]));
