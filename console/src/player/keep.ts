/** Taking something home: a clip, a still. Asked for first, so that a refusal is read here and not in a broken file. */
import { address, request } from "../api/client";
import { h } from "../dom";
import { iso } from "../time/zone";
import type { Range } from "../view";

function fileName(camera: string, at: number, ending: string): string {
  return `${camera}_${iso(at).slice(0, 19).replaceAll(":", "")}Z.${ending}`;
}

function save(href: string, name: string): void {
  const link = h("a", { href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

/** Asks for the first byte, then leaves the whole to the browser's own download. */
export async function saveClip(camera: string, range: Range): Promise<void> {
  const path = `/cameras/${encodeURIComponent(camera)}/clip.mp4`;
  const query = { from: iso(range.from), to: iso(range.to) };
  const answer = await request(path, { query, headers: { Range: "bytes=0-0" }, patience: 60_000 });
  await answer.body?.cancel();
  save(address(path, query), fileName(camera, range.from, "mp4"));
}

export async function saveStill(camera: string, at: number): Promise<void> {
  const answer = await request(`/cameras/${encodeURIComponent(camera)}/frame.jpg`, { query: { at: iso(at) } });
  const url = URL.createObjectURL(await answer.blob());
  save(url, fileName(camera, at, "jpg"));
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The address holds the whole view; over plain HTTP from another machine browsers keep the clipboard shut. */
export async function copyLink(): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(location.href);
  const field = h("textarea", {}, location.href);
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
