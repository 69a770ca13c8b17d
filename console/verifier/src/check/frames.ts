/** Every file of the package read once by the helpers, media files frame by frame; and what was found in them. */

import type { CourtFound, Cut, Hashed, Media, Piece, Pool, SoundCut } from "../hash/pool";
import type { Container } from "../read/container";
import { type CourtFile, type Material, nameOf, type PieceOf } from "./material";

const MOST_REREADS = 4; // times the size of the originals, when court files use the same pieces again and again

/** One file of class court; no media where the package does not have it. */
export interface Court {
  told: CourtFile;
  media: Media | undefined;
  nals: string;
  cuts: (Cut | undefined)[];
  piecesNals: string;
  piecesCount: number;
  /** What was heard of it; none where the package does not have it. */
  sound: Omit<CourtFound, "court" | "nals"> | undefined;
  soundCuts: (SoundCut | undefined)[];
  soundPieces: string;
}

export interface Frames {
  digests: Map<string, string>;
  crcDiffers: string[];
  /** Originals by path. */
  media: Map<string, Media>;
  courts: Court[];
  /** "RUN/SEQ" to the path of the original. */
  paths: Map<string, string>;
}

const ABSENT = { media: undefined, nals: "", cuts: [], piecesNals: "", piecesCount: 0, sound: undefined, soundCuts: [], soundPieces: "" };

/** Digests of all files, and frames of media files; the longest tasks go first. */
export async function readFrames(container: Container, material: Material, pool: Pool): Promise<Frames> {
  const masters = new Map(material.masters().map((one) => [one.path, nameOf(one)]));
  const paths = new Map([...masters].map(([path, place]) => [place, path]));
  const found: Frames = { digests: new Map(), crcDiffers: [], media: new Map(), courts: [], paths };
  const hashed = (path: string, what: Hashed): void => {
    if (found.digests.has(path)) return;
    found.digests.set(path, what.sha256);
    const told = container.crc32.get(path);
    if (told !== undefined && told !== what.crc32) found.crcDiffers.push(path);
  };
  const courts = new Map(material.courts().map((one) => [one.path, one]));
  const here = [...courts.values()].filter(({ path }) => container.files.has(path) && !masters.has(path));
  const used = new Set<string>();
  const tasks: Promise<void>[] = [];
  const sizeOf = (path: string): number => container.files.get(path)?.size ?? 0;
  let left = MOST_REREADS * [...masters.keys()].reduce((sum, path) => sum + sizeOf(path), 2 ** 24);
  for (const told of here) {
    // Pieces are followed in order, as far as their originals are there.
    const followed = (list: PieceOf[]): Piece[] => {
      const pieces = list.map((piece) => ({ ...piece, path: paths.get(nameOf(piece)) ?? "" }));
      left -= pieces.reduce((sum, { path }) => sum + sizeOf(path), 0);
      const unknown = pieces.findIndex(({ path }) => !container.files.has(path));
      return left < 0 ? [] : pieces.slice(0, unknown < 0 ? pieces.length : unknown);
    };
    const [allowed, sounds] = [followed(told.pieces), followed(told.sound_pieces ?? [])];
    const names = [...new Set(allowed.map(({ path }) => path))];
    const heardOnly = [...new Set(sounds.map(({ path }) => path))].filter((path) => !names.includes(path));
    const originals = [...names, ...heardOnly].map((path) => ({ path, blob: container.files.get(path)! }));
    for (const path of names) used.add(path);
    const both = Promise.all([
      pool.court(container.files.get(told.path)!, told.silences ?? []),
      pool.pieces({ originals, pieces: allowed, sounds }),
    ]);
    tasks.push(
      both.then(([{ court, nals, ...sound }, read]) => {
        hashed(told.path, court);
        for (const [path, media] of Object.entries(read.originals)) {
          hashed(path, media);
          found.media.set(path, media);
        }
        const { cuts, nals: piecesNals, count: piecesCount, soundCuts, sounds: soundPieces } = read;
        found.courts.push({ told, media: court, nals, cuts, piecesNals, piecesCount, sound, soundCuts, soundPieces });
      }),
    );
  }
  const inCourt = new Set(here.map(({ path }) => path));
  for (const [path, blob] of container.files) {
    if (used.has(path) || inCourt.has(path)) continue;
    if (masters.has(path))
      tasks.push(
        pool.original(blob).then((media) => {
          hashed(path, media);
          found.media.set(path, media);
        }),
      );
    else tasks.push(pool.file(blob).then((what) => hashed(path, what)));
  }
  await Promise.all(tasks);
  for (const told of courts.values())
    if (!inCourt.has(told.path)) found.courts.push({ told, ...ABSENT });
  const order = [...courts.keys()];
  found.courts.sort((a, b) => order.indexOf(a.told.path) - order.indexOf(b.told.path));
  return found;
}
