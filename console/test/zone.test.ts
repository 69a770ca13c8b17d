import { expect, test } from "vitest";
import { beginning, clockText, instant, iso, lengthText, momentText, parseInstant, setZone } from "../src/time/zone";

const now = Date.UTC(2026, 10, 23, 6, 30, 0); // 14:30 WITA

const read = (text: string): string | null => {
  const at = parseInstant(text, now);
  return at === null ? null : iso(at);
};

test("a time of day is today's in WITA", () => expect(read("14:05")).toBe("2026-11-23T06:05:00.000Z"));
test("a time of day still to come is yesterday's", () => expect(read("23:10:05")).toBe("2026-11-22T15:10:05.000Z"));
test("dots separate hours too, as written in Indonesian", () => expect(read("14.05")).toBe("2026-11-23T06:05:00.000Z"));
test("day first", () => expect(read("03/02/2026 09:00:01.250")).toBe("2026-02-03T01:00:01.250Z"));
test("year first", () => expect(read("2026-02-03 09:00")).toBe("2026-02-03T01:00:00.000Z"));
test("a date alone begins at midnight", () => expect(read("2026-02-03")).toBe("2026-02-02T16:00:00.000Z"));
test("day first with dashes", () => expect(read("03-02-2026 09:00")).toBe("2026-02-03T01:00:00.000Z"));
test("UTC when it says so", () => expect(read("2026-02-03T09:00:00Z")).toBe("2026-02-03T09:00:00.000Z"));
test("microseconds", () => expect(read("2026-02-03T09:00:00.123456Z")).toBe("2026-02-03T09:00:00.123Z"));
test("footage begins with the first whole millisecond in it", () =>
  expect(["06:00:00.040001Z", "06:00:00.040000Z", "06:00:00.04Z", "06:00:00Z"].map((text) => beginning(`2026-02-03T${text}`))).toEqual(
    ["06:00:00.041Z", "06:00:00.040Z", "06:00:00.040Z", "06:00:00Z"].map((text) => instant(`2026-02-03T${text}`)),
  ));
test("an offset", () => expect(read("2026-02-03T09:00:00+07:00")).toBe("2026-02-03T02:00:00.000Z"));
test.each(["03/02/2026 09:00 WIB", "03-02-2026 09:00 WIB"])("a named zone: %s", (text) =>
  expect(read(text)).toBe("2026-02-03T02:00:00.000Z"));
test("a day alone", () => expect(read("03-02-2026")).toBe("2026-02-02T16:00:00.000Z"));
test("relative", () => expect(read("-15m")).toBe("2026-11-23T06:15:00.000Z"));
test("now", () => expect(read("sekarang")).toBe("2026-11-23T06:30:00.000Z"));
test.each(["", "yesterday", "25:00", "12:60", "31/02/2026 10:00", "2026-13-01", "1", "14:05 XYZ", "-15y"])(
  "%s is refused",
  (text) => expect(read(text)).toBeNull(),
);
test("what is shown can be typed back", () => expect(parseInstant(momentText(now), now + 5)).toBe(now));
test("clock text", () => expect(clockText(now + 1_990, "UTC", true)).toBe("06:30:01.9"));
test("lengths", () =>
  expect([lengthText(3_720_000, "h", "min"), lengthText(200_000, "h", "min"), lengthText(5_000, "h", "min")]).toEqual(
    ["1 h 02 min", "3 min 20 s", "5 s"],
  ));

test("the archive names the zone, and an unknown one changes nothing", () => {
  setZone("WIB");
  expect([momentText(now), read("14:05")]).toEqual(["23-11-2026 13:30:00", "2026-11-22T07:05:00.000Z"]);
  setZone("Mars");
  expect(momentText(now)).toBe("23-11-2026 13:30:00");
  setZone("WITA");
});
