/** What the page asks of the archive, and the answers in the page's own shapes (instants in milliseconds). */
import { address, call, Problem } from "./client";
import { beginning, instant, iso, setZone } from "../time/zone";
import { failingFirst } from "./failing";
import { asked, myGrants, outsideSight } from "./granted";
import { within, type Granted } from "./within";

export interface Place {
  lat: number;
  lon: number;
}

export interface CameraStatus {
  state: string;
  reason: string | null;
  detail: string | null;
  since: number | null;
  codec: string | null;
  width: number | null;
  height: number | null;
  fps: number | null;
  mbps: number | null;
}

export interface Camera extends Place {
  id: string;
  name: string;
  agency: string;
  site: string;
  /** Whether it is meant to be recorded. */
  enabled: boolean;
  distance: number | null;
  status: CameraStatus;
  lastEnd: number | null;
  thumbnail: string | null;
}

export interface Span {
  start: number;
  end: number;
  state: string;
}

export interface Gap {
  start: number;
  end: number;
  reason: string;
}

export interface Footage {
  coverage: Span[];
  gaps: Gap[];
  /** What was brought in from other recorders; the camera's own may lie beside it. */
  imported?: { start: number; end: number }[];
  /** Seen by grants alone: of these spans, and of nothing beside them. */
  granted?: Granted[];
  thumbnail: string | null;
}

export interface Neighbour {
  id: string;
  name: string;
  distance: number | null;
  bearing: number | null;
  /** There is footage of then, whole or thinned. */
  recorded: boolean;
  /** Only keyframes are left of it. */
  thinned: boolean;
  /** Recorded then, and deleted by retention since. */
  purged: boolean;
}

export interface Person {
  name: string;
  role: string;
  /** What the viewing is for, as stated for this session. */
  purpose: string;
  /** What has to be done first; before it the archive answers nothing else. */
  pending: "password_must_change" | "second_factor_missing" | null;
  /** Signs in through a provider, and so has no password here. */
  provider: boolean;
  /** What this session may, such as `compliance.read`. */
  permissions: string[];
}

type Json = Record<string, unknown>;
interface Page {
  items: Json[];
  next: string | null;
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
/** Agencies and sites come as `{id, name}`; a bare name is as good. */
const label = (value: unknown): string => text(value) ?? text(object(value).name) ?? "";

function statusOf(value: unknown): CameraStatus {
  const said = object(value);
  return {
    state: text(value) ?? text(said.state) ?? "unknown",
    reason: text(said.reason),
    detail: text(said.detail),
    since: instant(said.since),
    codec: text(said.codec),
    width: number(said.width),
    height: number(said.height),
    fps: number(said.fps),
    mbps: number(said.mbps),
  };
}

function cameraOf(said: Json): Camera {
  return {
    id: String(said.id),
    name: text(said.name) ?? String(said.id),
    agency: label(said.agency),
    site: label(said.site),
    enabled: said.enabled !== false,
    lat: number(said.lat) ?? 0,
    lon: number(said.lon) ?? 0,
    distance: number(said.distance_m),
    status: statusOf(said.status),
    lastEnd: instant(said.last_end),
    thumbnail: text(said.thumbnail),
  };
}

export async function whoAmI(): Promise<Person | null> {
  try {
    const said = await call<Json>("/me");
    setZone(said.zone);
    const person = "person" in said ? object(said.person) : said;
    return {
      name: String(person.name ?? ""),
      role: String(person.role ?? ""),
      purpose: String(person.purpose ?? ""),
      permissions: (person.permissions ?? []) as string[],
      pending: person.pending === "password_must_change" || person.pending === "second_factor_missing" ? person.pending : null,
      provider: person.provider === true,
    };
  } catch (problem) {
    if (problem instanceof Problem && problem.status === 401) return null;
    throw problem;
  }
}

export interface Ways {
  /** Whether one can sign in through a provider. */
  oidc: boolean;
  /** What went wrong with the last attempt of this browser through it; told once. */
  problem: Problem | null;
}

export async function waysToSignIn(): Promise<Ways> {
  const said = await call<Json>("/session/ways");
  const wrong = object(said.problem);
  const problem = text(wrong.code)
    ? new Problem(0, String(wrong.code), text(wrong.detail) ?? "", text(wrong.remedy) ?? "")
    : null;
  return { oidc: said.oidc === true, problem };
}

/** Leaves for the provider, which sends the browser back to this very view. */
export function leaveForProvider(): void {
  const { pathname, search, hash } = window.location;
  window.location.assign(address("/session/oidc", { return: pathname + search + hash }));
}

/** Signs in and states the purpose; `code` where a second factor is in force. */
export async function signIn(name: string, password: string, code: string, purpose: string): Promise<void> {
  await call("/session", { method: "POST", body: { name, password, ...(code ? { code } : {}) } });
  await statePurpose(purpose);
}

/** The archive keeps the purpose with the session and writes it to its audit log. */
export async function statePurpose(purpose: string): Promise<void> {
  // A header carries Latin letters only.
  const stated = purpose.normalize("NFKD").replace(/[^\x20-\x7e]/g, "");
  if (stated) await call("/me", { headers: { "X-Purpose": stated } });
}

/** A session that has ended already is as good. */
export async function signOut(): Promise<void> {
  try {
    await call("/session", { method: "DELETE" });
  } catch (problem) {
    if (!(problem instanceof Problem && problem.status === 401)) throw problem;
  }
}

const MOST_FAILING = 25; // of either kind, before the others; the rest come with further pages

/** Nearest first; without a place those that fail first, also where the others are more than `limit`. */
export async function findCameras(
  near: Place | null,
  radius: number,
  limit: number,
): Promise<{ cameras: Camera[]; more: boolean }> {
  const where = near ? { near: `${near.lat},${near.lon}`, radius_m: radius } : {};
  const ask = async (status: Record<string, string>, most = limit): Promise<{ cameras: Camera[]; more: boolean }> => {
    const page = await call<Page>("/cameras", { query: { ...where, ...status, limit: most } });
    return { cameras: page.items.map(cameraOf), more: page.next !== null && page.next !== undefined };
  };
  const found = await ask({});
  if (near) return found;
  const failed = found.more ? await Promise.all(["failed", "unknown"].map((status) => ask({ status }, MOST_FAILING))) : [];
  return { cameras: failingFirst([...failed.flatMap((one) => one.cameras), ...found.cameras]), more: found.more };
}

export async function findCamera(id: string): Promise<Camera> {
  return cameraOf(await call<Json>(`/cameras/${encodeURIComponent(id)}`));
}

export async function findFootage(cameras: readonly string[], from: number, to: number): Promise<Map<string, Footage>> {
  if (cameras.length === 0) return new Map();
  try {
    return await footageBetween(cameras, { from: iso(from), to: iso(to) });
  } catch (problem) {
    if (!outsideSight(problem)) throw problem;
    return grantedFootage(cameras, from, to);
  }
}

/** A camera that is seen by a grant alone must not take the others' bars away: it is asked about by itself, for its span. */
async function grantedFootage(cameras: readonly string[], from: number, to: number): Promise<Map<string, Footage>> {
  const grants = await myGrants();
  const own = cameras.filter((camera) => !grants.has(camera));
  const found = own.length ? await footageBetween(own, { from: iso(from), to: iso(to) }) : new Map<string, Footage>();
  for (const camera of cameras.filter((one) => grants.has(one))) {
    const spans = within(grants, camera, from, to);
    const parts: Footage[] = [];
    for (const span of spans) {
      const part = (await footageBetween([camera], asked(span))).get(camera);
      if (part) parts.push(part);
    }
    found.set(camera, {
      coverage: parts.flatMap((part) => part.coverage),
      gaps: parts.flatMap((part) => part.gaps),
      thumbnail: parts.at(-1)?.thumbnail ?? null,
      granted: spans,
    });
  }
  return found;
}

async function footageBetween(cameras: readonly string[], window: { from: string; to: string }): Promise<Map<string, Footage>> {
  const found = new Map<string, Footage>();
  const query = { camera: cameras, ...window, limit: cameras.length };
  for (const item of (await call<Page>("/footage", { query })).items) {
    found.set(String(object(item.camera).id), footageOf(item));
  }
  return found;
}

function footageOf(item: Json): Footage {
  const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);
  return {
    coverage: list(item.coverage).map((span) => ({
      start: beginning(span.start) ?? 0,
      end: instant(span.end) ?? 0,
      state: text(span.state) ?? "stored",
    })),
    gaps: list(item.gaps).map((gap) => ({
      start: instant(gap.start) ?? 0,
      end: beginning(gap.end) ?? 0,
      reason: text(gap.reason) ?? "unknown",
    })),
    imported: list(item.imported).map((span) => ({ start: beginning(span.start) ?? 0, end: instant(span.end) ?? 0 })),
    thumbnail: text(item.thumbnail),
  };
}

/** Has a site's recorder send this before all else. */
export async function askForFootage(camera: string, from: number, to: number): Promise<void> {
  await call("/footage/requests", { method: "POST", body: { camera, from: iso(from), to: iso(to) } });
}

export async function findNeighbours(id: string, at: number, radius: number): Promise<Neighbour[]> {
  const path = `/cameras/${encodeURIComponent(id)}/neighbours`;
  const page = await call<Page>(path, { query: { at: iso(at), radius_m: radius } });
  return page.items.map((item) => {
    const camera = "camera" in item ? object(item.camera) : item;
    return {
      id: String(camera.id),
      name: text(camera.name) ?? String(camera.id),
      distance: number(item.distance_m) ?? number(camera.distance_m),
      bearing: number(item.bearing_deg) ?? number(item.bearing),
      recorded: item.recorded !== false && item.has_footage !== false,
      thinned: item.thinned === true,
      purged: item.purged === true,
    };
  });
}

export interface VideoCodec {
  /** `h264` or `h265`. */
  name: string;
  /** RFC 6381, such as `avc1.64001f`. */
  exact: string | null;
}

/** Codec of the footage that a window begins with; null when there is no footage. */
export async function codecAt(id: string, from: number, to: number): Promise<VideoCodec | null> {
  const path = `/cameras/${encodeURIComponent(id)}/segments`;
  const page = await call<Page>(path, { query: { from: iso(from), to: iso(to), limit: 1 } });
  const first = page.items[0];
  return first ? { name: text(first.codec) ?? "", exact: text(first.codecs)?.split(",")[0] ?? null } : null;
}

/** How the time of an instant of footage is known, in a sentence. */
export async function timeKnown(id: string, at: number): Promise<string> {
  const path = `/cameras/${encodeURIComponent(id)}/time`;
  return text((await call<Json>(path, { query: { at: iso(at) } })).text) ?? "";
}

/** Cuts the open chunk; answers up to when everything is searchable, which is after the call. */
export async function sealNow(id: string): Promise<number | null> {
  const path = `/cameras/${encodeURIComponent(id)}/seal`;
  return instant((await call<Json>(path, { method: "POST", patience: 60_000 })).sealed_until);
}
