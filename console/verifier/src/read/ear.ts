/** Where the sound of a file lies, found while its boxes go by. What is wrong with sound takes nothing from the pictures. */

import { Malformed } from "./bytes";
import { type FilmTrack, filmTimes, movieRate, sampleCount, tracks } from "./film";
import { fragmentSamples, MOST_SAMPLES, plainSamples, type Samples, type Track } from "./tables";

const RUN_ON = 250_000; // microseconds; a shorter pause between two samples is none
const MOST_SPANS = 10_000; // stretches of sound that are told apart in one file
const FAR = 2 ** 62;

export interface Sound {
  /** One [start, end) a sample of sound, in decode order. */
  samples: [number, number][];
  /** Microseconds: since 1970 of a fragmented file, else from the film's beginning. */
  times: number[];
  /** When there is sound, of a fragmented file. */
  spans: [number, number][];
  /** When a plain file's pictures are presented, and when its sound is played, from the film's beginning. */
  pictures: number[];
  window: [number, number];
  /** Why there is no hearing it, or no more than this; "" when there is. */
  wrong: string;
}

export class Ear {
  readonly sound: Sound = { samples: [], times: [], spans: [], pictures: [], window: [0, 0], wrong: "" };
  private track: Track | undefined;
  private waiting: Samples | undefined;
  private next = 0;
  private plan: number[] = [];

  /** Finds the sound track, and its samples if it is a plain file. */
  head(moov: DataView, length: number): void {
    this.trying(() => {
      const found = tracks(moov);
      if (found.filter(({ kind }) => kind === "sound").length > 1 || found.length > 2)
        throw new Malformed("more tracks than one of pictures and one of sound");
      const rate = movieRate(moov);
      for (const one of found) this.take(one, length, rate);
    });
  }

  private take(one: FilmTrack, length: number, rate: number): void {
    if (one.kind === "pictures") this.sound.pictures = filmTimes(one, sampleCount(one), rate).times;
    if (one.kind !== "sound") return;
    this.track = one.track;
    const samples = plainSamples(one.track, length);
    this.wait(samples);
    const { times, window } = filmTimes(one, samples.sizes.length, rate);
    [this.plan, this.sound.window] = [times, window];
  }

  /** The sound samples of a moof body. */
  fragment(moof: DataView, place: number): void {
    const { track } = this;
    if (!track || this.sound.wrong) return;
    this.trying(() => {
      const found = fragmentSamples(moof, place, track);
      if (found.sizes.length) this.wait(found);
    });
  }

  /** Goes on from one place in the file to another; what sound lies between is noted. */
  passOver(from: number, until: number): void {
    const { waiting } = this;
    let at = from;
    while (waiting && this.next < waiting.sizes.length && waiting.offsets[this.next]! < until) {
      const start = waiting.offsets[this.next]!;
      const end = start + waiting.sizes[this.next]!;
      if (start < at || end > until) return this.stop("sound that overlaps pictures, or lies outside its box");
      this.note(waiting, start, end);
      at = end;
      this.next++;
    }
  }

  /** The file has ended. */
  finish(): void {
    if (!this.sound.wrong && this.waiting && this.next < this.waiting.sizes.length) this.stop("sound that is missing");
  }

  private note(waiting: Samples, start: number, end: number): void {
    const { sound } = this;
    const shown = waiting.shown[this.next];
    sound.samples.push([start, end]);
    if (shown === undefined) {
      sound.times.push(this.plan[sound.times.length] ?? 0);
      return;
    }
    const time = Math.min(microseconds(shown, this.track!.timescale), FAR);
    sound.times.push(time);
    const last = sound.spans[sound.spans.length - 1];
    if (last && ((time >= last[1] && time - last[1] <= RUN_ON) || sound.spans.length >= MOST_SPANS))
      last[1] = Math.max(last[1], time);
    else sound.spans.push([time, time]);
  }

  private wait(samples: Samples): void {
    this.finish();
    if (this.sound.samples.length + samples.sizes.length > MOST_SAMPLES)
      throw new Malformed("more samples than a file of footage has");
    [this.waiting, this.next] = [samples, 0];
  }

  private stop(why: string): void {
    this.sound.wrong ||= why;
    this.waiting = undefined;
  }

  private trying(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      this.stop(error.message);
    }
  }
}

/** Ticks since 1970 as microseconds, rounded down, without leaving the integers that are exact. */
export function microseconds(ticks: number, timescale: number): number {
  const whole = Math.floor(ticks / timescale);
  return whole * 1e6 + Math.floor(((ticks - whole * timescale) * 1e6) / timescale);
}
