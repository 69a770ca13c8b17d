import { expect, test } from "vitest";
import { Reader } from "../verifier/src/read/reader";
import { readSaid } from "../src/whose/claim";

const letters = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const word = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const box = (kind: string, ...parts: number[][]): number[] => {
  const body = parts.flat();
  return [...word(body.length + 8), ...letters(kind), ...body];
};
const video = box("trak", box("mdia", box("hdlr", word(0), word(0), letters("vide"))));
const comment = (text: string): number[] =>
  box("udta", box("meta", word(0), box("ilst", box("\xa9cmt", box("data", word(1), word(0), letters(text))))));
const said = (...parts: number[][]) => readSaid(new Reader(new Blob([Uint8Array.from(parts.flat())])));

const CLIP = '{"camera":"kantin","from":5000000,"t":"saksi/clip/1","to":7000000}';

test("a clip says camera and span in its comment, wherever moov stands", async () => {
  const moov = box("moov", video, comment(CLIP));
  const told = { claim: null, clip: { camera: "kantin", from: 5_000_000, to: 7_000_000 }, pictures: 1 };
  expect(await said(box("ftyp"), moov, box("mdat", word(9)))).toEqual(told);
  expect(await said(box("ftyp"), box("free"), box("mdat", word(9)), moov)).toEqual(told);
});
test("a chunk says whose it is behind its init segment, and only there", async () => {
  const uuid = [..."7b1f0c5e64d24a0c9f5d3a8e5a6b9d02".matchAll(/../g)].map(([two]) => parseInt(two, 16));
  const description = box("uuid", uuid, letters('{"camera":"kantin","run":"r","seq":3,"start":5,"t":"x"}'));
  const claim = { camera: "kantin", run: "r", seq: 3, start: 5 };
  expect((await said(box("ftyp"), box("moov", video), description)).claim).toEqual(claim);
  expect((await said(box("ftyp"), box("moov", video), box("free"), description)).claim).toBeNull();
});
test("what the archive could not take is not said", async () => {
  for (const text of ["", "hello", "[]", CLIP.replace("5000000", "0.5"), CLIP.replace("kantin", "k".repeat(101)), CLIP.replace("/1", "/2")])
    expect((await said(box("moov", video, comment(text)))).clip).toBeNull();
});
test("several video tracks are told, and torn files say nothing", async () => {
  expect((await said(box("moov", video, video))).pictures).toBe(2);
  expect(await said(box("moov", video).slice(0, 20))).toEqual({ claim: null, clip: null, pictures: 0 });
});
