/** Now by the archive's clock: an office PC's may be minutes off, and the archive's time is what footage is filed under. */

let ahead = 0;

export function now(): number {
  return Date.now() + ahead;
}

/** Takes the archive's time from an answer's `Date` header, which has whole seconds; small differences are its rounding. */
export function learn(header: string | null): void {
  const served = Date.parse(header ?? "");
  if (Number.isNaN(served)) return;
  const difference = served + 500 - Date.now();
  ahead = Math.abs(difference) > 2000 ? difference : 0;
}
