import { describe, expect, it } from "vitest";

import { microseconds } from "../src/read/ear";
import { NalWalk } from "../src/read/nal";
import { windows } from "../src/hash/stream";

function unit(...bytes: number[]): number[] {
  return [0, 0, 0, bytes.length, ...bytes];
}

describe("NAL units", () => {
  const frame = Uint8Array.from([...unit(9, 16), ...unit(101, 1, 2, 3), ...unit()]);

  it("are counted the same however the bytes are cut", () => {
    for (let cut = 1; cut < frame.length; cut++) {
      const walk = new NalWalk(false);
      walk.frame(frame.length);
      walk.take(frame.subarray(0, cut));
      walk.take(frame.subarray(cut));
      walk.end();
      expect(walk.nals).toBe(3);
    }
  });

  it("must fill their frame", () => {
    const walk = new NalWalk(false);
    walk.frame(frame.length);
    expect(() => walk.take(Uint8Array.of(0, 0, 0, 99))).toThrow();
    const other = new NalWalk(false);
    other.frame(frame.length);
    other.take(frame.subarray(0, 5));
    expect(() => other.end()).toThrow();
  });

  it("tell of slices, and of those that open a GOP, however the bytes are cut", () => {
    const film = [...unit(0x65, 0x88, 1), ...unit(0x65, 0x08), ...unit(0x41, 0x9a), ...unit(0x41), ...unit(9, 0xf0)];
    for (let cut = 1; cut < film.length; cut++) {
      const walk = new NalWalk(false);
      walk.frame(film.length);
      walk.take(Uint8Array.from(film.slice(0, cut)));
      walk.take(Uint8Array.from(film.slice(cut)));
      expect([walk.slices, walk.openings]).toEqual([3, 1]);
    }
  });

  it("tell of a camera's signature", () => {
    const uuid = [0x00, 0x5b, 0xc9, 0x3f, 0x2d, 0x71, 0x5e, 0x95, 0xad, 0xa4, 0x79, 0x6f, 0x90, 0x87, 0x7a, 0x6f];
    const sei = Uint8Array.from(unit(6, 5, 17, ...uuid, 1));
    const walk = new NalWalk(false);
    walk.frame(sei.length);
    walk.take(sei.subarray(0, 9));
    walk.take(sei.subarray(9));
    expect(walk.signed).toBe(1);
  });
});

describe("windows over frames", () => {
  it("cover every byte of every frame once, in order, and never go back", () => {
    const samples: [number, number][] = [[100, 200], [200, 20_000_000], [20_000_100, 20_000_200], [50, 60]];
    const list = [...windows(samples)];
    const covered = list.flatMap(({ start, parts }) => parts.map((part) => [start + part.start, start + part.end]));
    const joined: number[][] = [];
    for (const [start, end] of covered) {
      const last = joined[joined.length - 1];
      if (last && last[1] === start) last[1] = end!;
      else joined.push([start!, end!]);
    }
    expect(joined).toEqual([[100, 20_000_000], [20_000_100, 20_000_200], [50, 60]]);
    expect(list.flatMap(({ parts }) => parts.map((part) => part.frame)).filter((size) => size >= 0)).toEqual(
      samples.map(([start, end]) => end - start),
    );
    expect(list.every(({ start, end }) => end - start <= 8 * 2 ** 20)).toBe(true);
  });
});

describe("times", () => {
  it("stay exact where ticks times a million would not fit", () => {
    const seconds = 1_763_903_400;
    expect(microseconds(seconds * 90_000 + 3, 90_000)).toBe(seconds * 1_000_000 + 33);
  });
});
