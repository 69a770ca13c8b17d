/** Footage as video: hls.js over the archive's playlist. Segments are signed store addresses, fetched without cookies. */
import Hls, { Events, ErrorDetails, ErrorTypes, type ErrorData } from "hls.js/light";
import { address } from "../api/client";
import { h } from "../dom";
import { language, t } from "../i18n/t";
import { iso } from "../time/zone";
import type { Engine, Reports, Take } from "./engine";
import { Renewal, renewing } from "./renewal";
import { Supply, type Flow } from "./supply";
import { holeAt, holeBetween, REACH_S, toMedia, toWall, type Part } from "./timeline";

const UNDECODABLE = new Set<string>([
  ErrorDetails.BUFFER_ADD_CODEC_ERROR,
  ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR,
  ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR,
]);
const RECOVERIES = 2;
/** The clock shows tenths; painting more often only heats old PCs. */
const TICK_MS = 100;

export class VideoEngine implements Engine {
  readonly rates = [1, 2, 4, 8, 16];
  sound = false;
  readonly element = h("video", { playsinline: true, tabindex: -1, "aria-hidden": "true" });
  playing = false;
  waiting = true;
  private readonly hls: Hls;
  private readonly supply: Supply;
  private flow: Flow = "comes";
  private parts: readonly Part[] = [];
  private target: number | null;
  private last = 0;
  private recoveries = 0;
  private timer = 0;

  constructor(
    take: Take,
    private readonly reports: Reports,
  ) {
    this.target = take.at;
    this.element.muted = take.muted;
    this.element.defaultPlaybackRate = this.element.playbackRate = take.rate;
    const path = `/cameras/${encodeURIComponent(take.camera)}/index.m3u8`;
    const query = { from: iso(take.range.from), to: iso(take.range.to) };
    this.hls = new Hls({
      fLoader: renewing(new Renewal(path, query)),
      // The page's policy allows no blob: workers, and passing fragments through costs next to nothing.
      enableWorker: false,
      maxBufferLength: 40,
      maxMaxBufferLength: 240,
      backBufferLength: 30,
      autoStartLoad: false,
      xhrSetup: (xhr, url) => {
        if (new URL(url, location.href).origin !== location.origin) return;
        xhr.withCredentials = true;
        xhr.setRequestHeader("Accept-Language", language);
      },
    });
    this.supply = new Supply(this.hls);
    this.hls.on(Events.LEVEL_LOADED, (_event, data) => this.loaded(data.details.fragments));
    this.hls.on(Events.BUFFER_CREATED, (_event, { tracks }) => {
      this.sound = Object.values(tracks).some((track) => /mp4a|opus|ac-3|ec-3/.test(track.codec ?? ""));
      reports.changed();
    });
    this.hls.on(Events.ERROR, (_event, data) => this.trouble(data));
    this.hls.loadSource(address(path, query));
    this.hls.attachMedia(this.element);
    this.listen();
  }

  private listen(): void {
    const refresh = (): void => this.refresh();
    for (const name of ["play", "pause", "playing", "waiting", "seeking", "seeked", "canplay", "timeupdate"]) {
      this.element.addEventListener(name, refresh);
    }
    this.element.addEventListener("timeupdate", () => this.follow());
    this.element.addEventListener("ended", () => {
      refresh();
      this.reports.ended();
    });
    this.timer = window.setInterval(() => {
      this.stepOver();
      if (this.playing) this.refresh();
      this.watchSupply();
    }, TICK_MS);
  }

  private refresh(): void {
    this.playing = !this.element.paused && !this.element.ended;
    // While it seeks, the element tells the time it goes to, and shows the picture it comes from.
    this.waiting = this.element.seeking || this.element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
    this.reports.changed();
  }

  private watchSupply(): void {
    const flow = this.supply.look(this.waiting);
    if (flow === this.flow) return;
    this.flow = flow;
    if (flow === "dry") this.reports.failed(this.supply.words("error"));
    else this.reports.doubted(flow === "doubtful" ? this.supply.words("notice") : null);
  }

  private loaded(parts: readonly Part[]): void {
    const first = this.parts.length === 0;
    this.parts = parts;
    if (!first) return;
    const start = this.target === null ? toMedia(parts, 0) : toMedia(parts, this.target);
    this.target = null;
    this.hls.startLoad(start ?? 0);
    if (start) this.element.currentTime = start;
    this.last = start ?? 0;
    this.play();
  }

  /** Notices holes that playing went over by itself: media time does not count them, or hls.js jumped over them. */
  private follow(): void {
    const seconds = this.element.currentTime;
    const hole = this.element.seeking ? null : holeBetween(this.parts, this.last, seconds);
    if (hole) this.reports.skipped(hole);
    this.last = seconds;
  }

  /** Playing stalls where the playlist marks a hole; nothing will ever fill it, so the picture goes on after it. */
  private stepOver(): void {
    if (this.element.paused || this.element.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) return;
    const hole = holeAt(this.parts, this.element.currentTime, REACH_S);
    if (!hole) return;
    this.last = this.element.currentTime = hole.resume + 0.01;
    this.reports.skipped(hole);
  }

  private trouble(data: ErrorData): void {
    if (UNDECODABLE.has(data.details)) return this.reports.undecodable();
    if (!data.fatal || this.supply.bears(data)) return;
    if (data.type === ErrorTypes.MEDIA_ERROR && this.recoveries++ < RECOVERIES) return this.hls.recoverMediaError();
    this.reports.failed(this.words(data));
  }

  private words(data: ErrorData): { tone: "error"; text: string; remedy: string } {
    const said = problemIn(data);
    if (said) return { tone: "error", ...said };
    return { tone: "error", text: t("player.broken", { detail: data.details }), remedy: t("player.broken_remedy") };
  }

  position(): number | null {
    if (this.target !== null) return this.target;
    return this.parts.length ? toWall(this.parts, this.element.currentTime) : null;
  }

  play(): void {
    // Refused only when the tab may not make sound before a click; then silence is better than no picture.
    this.element.play().catch((error: DOMException) => {
      if (error.name !== "NotAllowedError") return;
      this.element.muted = true;
      this.element.play().catch(() => this.reports.changed());
    });
  }

  pause(): void {
    this.element.pause();
  }

  seek(at: number): void {
    const seconds = toMedia(this.parts, at);
    if (seconds === null) this.target = at;
    else this.last = this.element.currentTime = seconds;
    this.refresh();
  }

  setRate(rate: number): void {
    this.element.defaultPlaybackRate = this.element.playbackRate = rate;
    this.hls.config.maxBufferLength = Math.max(40, 20 * rate);
  }

  setMuted(muted: boolean): void {
    this.element.muted = muted;
  }

  destroy(): void {
    clearInterval(this.timer);
    this.supply.stop();
    this.hls.destroy();
    this.element.remove();
  }
}

/** The playlist request's own problem+json, when that is what failed. */
function problemIn(data: ErrorData): { text: string; remedy: string } | null {
  const answer: unknown = data.networkDetails;
  if (!(answer instanceof XMLHttpRequest)) return null;
  try {
    const said = JSON.parse(String(answer.response ?? "")) as Record<string, unknown>;
    const text = said.detail ?? said.title;
    return typeof text === "string" ? { text, remedy: typeof said.remedy === "string" ? said.remedy : "" } : null;
  } catch {
    return null;
  }
}
