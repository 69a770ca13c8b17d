/**
 * Imported files (verdict 4): what somebody brought from another recorder, as it was, beside the footage made of it.
 *
 * The log was told of the file's SHA-256 and size when it was brought, and again when the run that was made of it opened:
 * a file in the package is that one. Where they were asked for, the package has the file of each such run, or says why not.
 */

import { spansByCamera } from "./complete";
import { type Entry, type ImportFile, type Material, overlaps } from "./material";
import type { Run } from "./runs";
import { compare, type Verdict, type Verdicts } from "./verdicts";

const IMPORTED_FILES = "data/import/";
const ERASED = "erased"; // the cause that the log itself can show

/** `digests` has the SHA-256 of every file that is there. */
export function checkImportedFiles(verdicts: Verdicts, material: Material, runs: Map<string, Run>, digests: Map<string, string>): void {
  const verdict = verdicts.of(4);
  const { statement } = material;
  if (!material.chunks || !material.entries || !statement) return;
  const told = statement.predicate;
  const asked = told.imported_files;
  const brought = new Map(toldOf(material, "import").map((entry) => [entry.body["run"] as string, entry]));
  const wanted = new Set([...runs].filter(([, run]) => run.imported && showsOf(run, material)).map(([name]) => name));
  const there = new Set<string>();
  let whole = 0;
  for (const one of told.files) {
    const { path } = one;
    const ours = one.class === "import";
    if (ours !== path.startsWith(IMPORTED_FILES) || (ours && !asked))
      verdict.add("file_unplaced", path, "imported files that were asked for, and only they, under data/import/", path);
    else if (ours) {
      const name = one.run;
      const [entry, run] = [brought.get(name), runs.get(name)];
      const placed = entry && run && wanted.has(name) && !there.has(name);
      if (!placed || one.camera !== entry.body["camera"] || one.camera !== run.camera) {
        verdict.add("file_unplaced", path, "an import whose footage is in the package", name);
        continue;
      }
      there.add(name);
      whole += Number(isAsBrought(verdict, one, entry, run, digests));
    }
  }
  if (!asked) return;
  const absent = new Map(asked);
  for (const name of [...wanted].sort(compare)) {
    if (there.has(name) === absent.has(name))
      verdict.add("import_missing", name, "its file, or why it is not there", there.has(name) ? "both" : "neither");
    else if (absent.get(name) === ERASED && !wasErased(material, runs.get(name)!, name))
      verdict.add("import_missing", name, "an entry that it was erased", "no such entry");
  }
  verdict.facts["imported_files"] = whole;
  verdict.facts["imported_files_absent"] = [...absent].sort((a, b) => compare(a[0], b[0]));
}

/** Whether a chunk of a run lies in a span of its camera. */
function showsOf(run: Run, material: Material): boolean {
  const spans = spansByCamera(material).get(run.camera) ?? [];
  return run.chunks.some((chunk) => spans.some(([start, end]) => overlaps(chunk, start, end)));
}

/** Whether a file is there and the one that the log was told of. */
function isAsBrought(verdict: Verdict, one: ImportFile, entry: Entry, run: Run, digests: Map<string, string>): boolean {
  const { file, size } = entry.body;
  const digest = digests.get(one.path);
  if (digest === undefined) {
    verdict.add("import_missing", one.path, file, "no such file");
    return false;
  }
  const pairs: [unknown, unknown][] = [
    [run.opening?.file, file],
    [JSON.stringify([file, size]), JSON.stringify([one.sha256, one.size])],
    [file, digest],
  ];
  const differing = pairs.find(([expected, found]) => expected !== found);
  if (differing) verdict.add("import_differs", one.path, ...differing);
  return !differing;
}

/** Whether the log says that the file of a run was erased. */
function wasErased(material: Material, run: Run, name: string): boolean {
  return toldOf(material, ERASED).some(({ body }) => body["run"] === name && body["file"] === run.opening?.file);
}

/** Entries of the log's chain of imports with this event. */
function toldOf(material: Material, event: string): Entry[] {
  return material.ofKind("import").filter(({ chain, body }) => chain === "imports" && body["event"] === event);
}
