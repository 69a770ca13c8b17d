/** Footage as one still a second, made by the archive: for codecs that this browser cannot decode. */
import { Problem, request } from "../api/client";
import { h } from "../dom";
import { messageOf } from "../problems";
import type { Engine, Reports, Take } from "./engine";
import { iso } from "../time/zone";

const STEP_MS = 1000;
const WIDTH = 960;
const PATIENCE_MS = 14_000;

export class StillsEngine implements Engine {
  readonly rates = [1, 2, 4, 8, 16];
  readonly sound = false;
  readonly element = h("img", { class: "still", alt: "" });
  playing = true;
  waiting = true;
  private shown: number | null = null;
  private wanted: number;
  private rate: number;
  private timer = 0;
  private shownUrl = "";
  private asking: AbortController | null = null;
  private gone = false;

  constructor(
    private readonly take: Take,
    private readonly reports: Reports,
  ) {
    this.rate = take.rate;
    this.wanted = this.pastHole(take.at ?? take.range.from);
    void this.fetch();
  }

  private async fetch(): Promise<void> {
    clearTimeout(this.timer);
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const at = this.wanted;
    const began = performance.now();
    try {
      const path = `/cameras/${encodeURIComponent(this.take.camera)}/frame.jpg`;
      const query = { at: iso(at), width: WIDTH };
      const answer = await request(path, { query, signal: asking.signal, patience: PATIENCE_MS });
      const blob = await answer.blob();
      if (this.gone || asking.signal.aborted) return;
      await this.show(blob);
      if (this.gone || asking.signal.aborted) return;
      this.shown = at;
    } catch (problem) {
      if (this.gone || asking.signal.aborted) return;
      if (!(problem instanceof Problem && (problem.status === 404 || problem.status === 410))) {
        this.playing = false;
        this.reports.failed(messageOf(problem));
        return;
      }
      // Never leave an older picture standing under this time.
      this.element.removeAttribute("src");
      this.shown = at;
      this.reports.skipped({ from: at, to: at + STEP_MS * this.rate });
    }
    this.waiting = false;
    this.reports.changed();
    this.timer = window.setTimeout(() => this.step(), Math.max(0, STEP_MS - (performance.now() - began)));
  }

  /** Done when the picture can be seen: until then the one before stands there, and its time with it. */
  private async show(blob: Blob): Promise<void> {
    const url = URL.createObjectURL(blob);
    this.element.src = url;
    if (this.shownUrl) URL.revokeObjectURL(this.shownUrl);
    this.shownUrl = url;
    await this.element.decode();
  }

  private step(): void {
    if (!this.playing || this.gone) return;
    const next = this.pastHole(this.wanted + STEP_MS * this.rate);
    if (next >= this.take.range.to) {
      this.playing = false;
      this.reports.ended();
      return;
    }
    this.wanted = next;
    void this.fetch();
  }

  private pastHole(at: number): number {
    const hole = this.take.gaps.find((gap) => at >= gap.start && at < gap.end);
    if (!hole) return at;
    if (this.shown !== null) this.reports.skipped({ from: hole.start, to: hole.end });
    return hole.end;
  }

  position(): number | null {
    return this.waiting ? this.wanted : (this.shown ?? this.wanted);
  }

  play(): void {
    this.playing = true;
    if (this.wanted + STEP_MS >= this.take.range.to) this.wanted = this.take.range.from;
    void this.fetch();
  }

  pause(): void {
    this.playing = false;
    clearTimeout(this.timer);
    this.reports.changed();
  }

  seek(at: number): void {
    this.wanted = this.pastHole(Math.min(this.take.range.to - 1, Math.max(this.take.range.from, at)));
    this.waiting = true;
    void this.fetch();
  }

  setRate(rate: number): void {
    this.rate = rate;
  }

  setMuted(): void {
    // Stills are silent.
  }

  destroy(): void {
    this.gone = true;
    clearTimeout(this.timer);
    this.asking?.abort();
    if (this.shownUrl) URL.revokeObjectURL(this.shownUrl);
    this.element.remove();
  }
}
