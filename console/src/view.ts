/** What is being looked at, kept in the address after `#`, so that a link opens the same view elsewhere. */
import type { Place } from "./api/archive";
import { instant, iso } from "./time/zone";

const MINUTE = 60_000;
export const DEFAULT_RADIUS = 300;
export const DEFAULT_MINUTES = 60;

export interface Range {
  from: number;
  to: number;
}

export interface View {
  near: Place | null;
  radius: number;
  /** The search window: a fixed one, or null for the last `minutes`, which moves on with the clock. */
  window: Range | null;
  minutes: number;
  /** What the player shows. `at` is where it stands, null for the beginning. */
  playing: { camera: string; range: Range; at: number | null } | null;
}

export function parsePlace(text: string): Place | null {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(text);
  const [lat, lon] = [Number(match?.[1]), Number(match?.[2])];
  return match && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

export function placeText(place: Place): string {
  return `${place.lat},${place.lon}`;
}

/** A link may leave anything out; `from` and `to` without a camera are the search window. */
export function readHash(hash: string): View {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const range = (from: string, to: string): Range | null => {
    const [a, b] = [instant(said.get(from)), instant(said.get(to))];
    return a !== null && b !== null && a < b ? { from: a, to: b } : null;
  };
  const camera = said.get("camera");
  const named = range("from", "to");
  const radius = Number(said.get("radius") ?? DEFAULT_RADIUS);
  const minutes = Number(said.get("last") ?? DEFAULT_MINUTES);
  return {
    near: parsePlace(said.get("near") ?? ""),
    radius: radius > 0 && radius <= 50_000 ? radius : DEFAULT_RADIUS,
    window: range("since", "until") ?? (camera && !said.has("last") && named ? around(named) : camera ? null : named),
    minutes: minutes > 0 && minutes <= 1440 ? minutes : DEFAULT_MINUTES,
    playing: camera && named ? { camera, range: named, at: instant(said.get("at")) } : null,
  };
}

export function writeHash(view: View): string {
  const say = new URLSearchParams();
  if (view.playing) {
    say.set("camera", view.playing.camera);
    say.set("from", iso(view.playing.range.from));
    say.set("to", iso(view.playing.range.to));
    if (view.playing.at !== null) say.set("at", iso(view.playing.at));
  }
  if (view.near) {
    say.set("near", placeText(view.near));
    say.set("radius", String(view.radius));
  }
  if (view.window) {
    say.set(view.playing ? "since" : "from", iso(view.window.from));
    say.set(view.playing ? "until" : "to", iso(view.window.to));
  } else say.set("last", String(view.minutes));
  return "#" + say.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
}

/** The search window that a bare range stands well in: as much again on either side, at least ten minutes. */
function around({ from, to }: Range): Range {
  const margin = Math.max(10 * MINUTE, to - from);
  return { from: from - margin, to: to + margin };
}

export function windowOf(view: View, now: number): Range {
  return view.window ?? { from: now - view.minutes * MINUTE, to: now };
}
