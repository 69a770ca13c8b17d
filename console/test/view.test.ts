import { expect, test } from "vitest";
import { parsePlace, readHash, windowOf, writeHash } from "../src/view";

const from = "2026-11-23T06:05:00.000Z";
const to = "2026-11-23T06:07:00.000Z";

test("an empty address is the last hour of all cameras", () => {
  const view = readHash("");
  expect(view).toMatchObject({ near: null, window: null, minutes: 60, playing: null });
  expect(windowOf(view, 3_600_000)).toEqual({ from: 0, to: 3_600_000 });
});

test("a camera and a range start the player, with room around them", () => {
  const view = readHash(`#camera=a&from=${from}&to=${to}`);
  expect(view.playing).toEqual({ camera: "a", range: { from: Date.parse(from), to: Date.parse(to) }, at: null });
  expect(view.window!.from).toBe(Date.parse(from) - 600_000);
});

test("a range without a camera is the window", () => {
  expect(readHash(`#from=${from}&to=${to}`).window).toEqual({ from: Date.parse(from), to: Date.parse(to) });
});

test.each([
  `#camera=a&from=${from}&to=${to}&at=${from}&near=-1.2767,116.8372&radius=300&last=60`,
  `#camera=a&from=${from}&to=${to}&since=${from}&until=${to}`,
  `#from=${from}&to=${to}`,
  "#near=-1.2767,116.8372&radius=150&last=15",
])("%s survives reading and writing", (hash) => expect(writeHash(readHash(hash))).toBe(hash));

test("nonsense falls back to the default", () => {
  expect(readHash(`#camera=a&from=${to}&to=${from}&radius=-4&last=x&near=91,0`)).toMatchObject({
    near: null,
    radius: 300,
    minutes: 60,
    playing: null,
  });
});

test.each(["-1.2767,116.8372", " -1.2767 , 116.8372 ", "-1.2767 116.8372"])("%s is a place", (text) =>
  expect(parsePlace(text)).toEqual({ lat: -1.2767, lon: 116.8372 }),
);
test.each(["", "1", "91,0", "0,181", "a,b", "1,2,3"])("%s is no place", (text) => expect(parsePlace(text)).toBeNull());
