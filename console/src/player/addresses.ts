/** Signed addresses of objects: when they end, and which object they are of. */

/** When a signed address ends, by the store's way of signing (SigV4) or the archive's own; null: it does not say. */
export function endOf(url: string): number | null {
  const said = new URL(url, "http://here").searchParams;
  const own = said.get("expires");
  if (own !== null) return Number(own) * 1000;
  const date = said.get("X-Amz-Date")?.match(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/);
  const seconds = Number(said.get("X-Amz-Expires"));
  if (!date || !(seconds > 0)) return null;
  const [, year, month, day, hour, minute, second] = date.map(Number) as [number, number, number, number, number, number, number];
  return Date.UTC(year, month - 1, day, hour, minute, second) + seconds * 1000;
}

/** The object that an address is of, whatever its signature. */
export function objectOf(url: string): string {
  return url.split("?")[0]!;
}

/** The addresses in a playlist, by their objects. */
export function addressesIn(playlist: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of playlist.split("\n")) {
    const url = line.startsWith("#") ? (line.match(/^#EXT-X-MAP:URI="([^"]+)"/)?.[1] ?? "") : line.trim();
    if (url.includes("?")) found.set(objectOf(url), url);
  }
  return found;
}
