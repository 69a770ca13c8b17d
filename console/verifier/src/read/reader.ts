/** Bytes of a Blob on demand, through a window that is moved as needed; nothing outside the file is ever read. */

import { Malformed } from "./bytes";

const WINDOW = 256 * 2 ** 10;
const LARGEST = 64 * 2 ** 20; // of any one box that is read into memory

export class Reader {
  private window = new Uint8Array();
  private at = 0;

  constructor(readonly blob: Blob) {}

  get size(): number {
    return this.blob.size;
  }

  /** A reader that has the whole file in memory. */
  static of(blob: Blob, bytes: Uint8Array<ArrayBuffer>): Reader {
    const reader = new Reader(blob);
    reader.window = bytes;
    return reader;
  }

  /** Throws Malformed beyond the end, or for more than one box may have. */
  async view(start: number, length: number): Promise<DataView> {
    if (length > LARGEST || start < 0 || start + length > this.size) throw new Malformed(`cut short at ${start}`);
    if (start < this.at || start + length > this.at + this.window.length) {
      const end = Math.min(this.size, start + Math.max(length, WINDOW));
      this.window = new Uint8Array(await this.blob.slice(start, end).arrayBuffer());
      this.at = start;
      if (this.window.length !== end - start) throw new Error("the file could not be read to its end");
    }
    return new DataView(this.window.buffer, this.window.byteOffset + start - this.at, length);
  }
}
