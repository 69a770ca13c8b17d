/** Places in a reader's terms: which camera, and which stretch of time, a file or a chunk of the package is of. */

import type { Place } from "../report";
import { type Material, nameOf } from "./material";
import { short, type Verdicts } from "./verdicts";

const whole = (value: unknown): value is number => typeof value === "number";

export function tellPlaces(verdicts: Verdicts, material: Material): void {
  const { places } = verdicts;
  const names = new Map<string, string>();
  const told = material.statement?.predicate;
  const nameOfCamera = (camera: string): string => names.get(camera) ?? short(camera);
  for (const one of told?.cameras ?? []) {
    const { name } = one as { name?: unknown };
    names.set(one.camera, short(typeof name === "string" && name ? name : one.camera));
    places.set(`${one.exhibit}/${one.camera}`, [nameOfCamera(one.camera), one.from, one.to]);
  }
  for (const { told: chunk } of material.chunks ?? [])
    places.set(nameOf(chunk), [nameOfCamera(chunk.camera), chunk.start, chunk.end]);
  for (const one of material.masters()) {
    const chunk = places.get(nameOf(one));
    if (chunk) places.set(one.path, chunk);
  }
  for (const one of material.courts()) {
    const [, from, to]: Place = places.get(`${one.exhibit}/${one.camera}`) ?? ["", 0, 0];
    const span: [number, number] = whole(one.from) && whole(one.to) ? [one.from, one.to] : [from, to];
    places.set(one.path, [nameOfCamera(one.camera), ...span]);
  }
  for (const one of material.imports()) {
    const lines = (material.chunks ?? []).map((chunk) => chunk.told).filter(({ run }) => run === one.run);
    if (!lines.length) continue;
    const [from, to] = [Math.min(...lines.map(({ start }) => start)), Math.max(...lines.map(({ end }) => end))];
    places.set(one.path, [nameOfCamera(one.camera), from, to]);
  }
}
