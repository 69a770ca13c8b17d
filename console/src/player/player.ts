/** The player: one camera, one range, one wall clock. Picks the engine, keeps the view's position, says what is wrong. */
import { askForFootage, codecAt, findFootage, sealNow, type Camera, type Footage } from "../api/archive";
import { CoverageBar } from "../coverage/bar";
import { button, h, setText } from "../dom";
import { t } from "../i18n/t";
import { MessageBox, messageOf, type Message } from "../problems";
import { now } from "../time/clock";
import type { Range, View } from "../view";
import { Controls } from "./controls";
import { decodable } from "./decodable";
import type { Engine, Reports, Take } from "./engine";
import { copyLink, saveClip, saveStill } from "./keep";
import { Known } from "./known";
import { listenToKeys } from "./keys";
import { Stage } from "./stage";
import { StillsEngine } from "./stills";
import { VideoEngine } from "./video";
import { footageAt, importedAt, nothingHere, nothingThere, onSite, rangeText, skippedText, thinnedAt, undecodable, waitsOnSite } from "./words";

export interface PlayerActions {
  /** The view's `playing` changed (another range, another position worth keeping). */
  moved: () => void;
  /** The picture moved on. */
  ticked: (at: number) => void;
  play: (camera: string, range: Range, at: number | null) => void;
}

export class Player {
  readonly element: HTMLElement;
  private readonly stage = new Stage(() => this.toggle());
  private readonly controls: Controls;
  private readonly seekBar: CoverageBar;
  private readonly messages = new MessageBox();
  private readonly known = new Known();
  private readonly note = h("p", { class: "note", "aria-live": "polite" });
  private readonly title = h("h2", { id: "player-title" }, t("player.title"));
  private readonly rangeText = h("p", { class: "range" });
  private readonly link = button(t("player.copy_link"), () => void copyLink().then(() => this.say(t("player.copied"))), { class: "quiet", hidden: true });
  private engine: Engine | null = null;
  private footage: Footage | null = null;
  private rate = 1;
  private muted = true;
  private round = 0;
  /** Cameras being cut, and those whose clip is being prepared: it takes a while, and another may be shown meanwhile. */
  private readonly sealing = new Set<string>();
  private readonly clipping = new Set<string>();

  constructor(
    private readonly view: View,
    private readonly cameraOf: (id: string) => Camera | undefined,
    private readonly actions: PlayerActions,
  ) {
    this.controls = new Controls({
      toggle: () => this.toggle(),
      jump: (ms) => this.jump(ms),
      rate: (rate) => this.setRate(rate),
      mute: () => this.turnSound(),
      upToNow: () => void this.upToNow(),
      clip: () => void this.keep("clip"),
      still: () => void this.keep("still"),
    });
    this.seekBar = new CoverageBar(t("player.seek"), {
      pick: (at) => this.seek(at),
      select: (range) => view.playing && actions.play(view.playing.camera, range, null),
    });
    this.element = h(
      "section",
      { class: "player", id: "player", tabindex: -1, "aria-labelledby": "player-title" },
      h("div", { class: "player-head" }, this.title, this.rangeText, h("span", { class: "spring" }), this.link),
      this.stage.element,
      this.seekBar.element,
      this.controls.element,
      this.messages.element,
      this.known.element,
      this.note,
    );
    this.seekBar.element.classList.add("seek");
    listenToKeys(this.element, { jump: (ms) => this.jump(ms), toggle: () => this.toggle() });
  }

  /** Shows what the view says is playing. */
  async open(): Promise<void> {
    const playing = this.view.playing;
    const round = ++this.round;
    this.drop();
    this.messages.show(null);
    this.say("");
    if (!playing) return;
    const { camera, range } = playing;
    this.footage = null;
    this.controls.enable(true);
    this.describe();
    this.link.hidden = false;
    this.stage.take(null, this.name);
    this.stage.show(null, true, false);
    this.seekBar.show(range, null, null, playing.at);
    try {
      const [footage, codec] = await Promise.all([
        findFootage([camera], range.from, range.to),
        codecAt(camera, range.from, range.to),
      ]);
      if (round !== this.round) return;
      this.footage = footage.get(camera) ?? null;
      this.seekBar.show(range, this.footage, null, playing.at);
      const purged = this.footage?.coverage.some((span) => span.state === "purged") ?? false;
      if (codec === null) return this.fail(nothingThere(range, purged));
      if (waitsOnSite(this.footage, now())) {
        const message = onSite(() => void this.ask(camera, range));
        if (nothingHere(this.footage)) return this.fail(message);
        this.messages.show(message);
      }
      if (decodable(codec)) this.start(VideoEngine);
      else this.startStills(codec.name);
    } catch (problem) {
      if (round === this.round) this.fail(messageOf(problem));
    }
  }

  private start(kind: new (take: Take, reports: Reports) => Engine): void {
    const playing = this.view.playing;
    if (!playing) return;
    this.drop();
    const take = { ...playing, rate: this.rate, muted: this.muted, gaps: this.footage?.gaps ?? [] };
    const engine: Engine = new kind(take, {
      changed: () => this.changed(),
      ended: () => this.say(t("player.ended")),
      skipped: (hole) => this.saySkipped(hole),
      undecodable: () => this.startStills(this.cameraOf(playing.camera)?.status.codec ?? "h265"),
      doubted: (message) => this.messages.show(message),
      failed: (message) => this.fail(message),
    });
    this.engine = engine;
    this.controls.setRates(engine.rates, this.rate);
    this.stage.take(engine.element, this.name);
    this.changed();
  }

  private startStills(codec: string): void {
    this.start(StillsEngine);
    this.messages.show(undecodable(codec));
  }

  close(): void {
    this.round++;
    this.drop();
  }

  private drop(): void {
    this.known.show("", null);
    this.engine?.destroy();
    this.engine = null;
  }

  private fail(message: Message): void {
    this.drop();
    this.messages.show(message);
    this.stage.take(null, this.name);
    this.stage.show(null, false, false);
    this.controls.show(false, this.muted, false);
  }

  private changed(): void {
    if (!this.engine || !this.view.playing) return;
    const at = this.engine.position();
    this.stage.show(at, this.engine.waiting, this.engine instanceof StillsEngine, thinnedAt(this.footage, at), importedAt(this.footage, at));
    this.controls.show(this.engine.playing, this.muted, this.engine.sound);
    const stands = at !== null && !this.engine.playing && !this.engine.waiting && footageAt(this.footage, at);
    this.known.show(this.view.playing.camera, stands ? at : null);
    if (at === null) return;
    this.view.playing.at = at;
    this.seekBar.movePlayhead(at);
    this.actions.ticked(at);
  }

  private get name(): string {
    const id = this.view.playing?.camera ?? "";
    return this.cameraOf(id)?.name ?? id;
  }

  /** Also after the list has learnt the camera's name, or that it was switched off. */
  describe(): void {
    const playing = this.view.playing;
    if (!playing) return;
    setText(this.title, this.name);
    setText(this.rangeText, rangeText(playing.range));
    this.showBusy();
  }

  private saySkipped(hole: Range): void {
    this.say(skippedText(hole, this.footage?.gaps ?? []));
  }

  private say(text: string): void {
    setText(this.note, text);
  }

  private toggle(): void {
    if (!this.view.playing) return;
    if (!this.engine) return void this.open();
    this.say("");
    if (this.engine.playing) this.engine.pause();
    else this.engine.play();
    this.changed();
    this.actions.moved();
  }

  private jump(ms: number): void {
    const at = this.engine?.position();
    if (at !== null && at !== undefined) this.seek(at + ms);
  }

  private seek(at: number): void {
    const range = this.view.playing?.range;
    if (!range || !this.engine) return;
    this.say("");
    this.engine.seek(Math.min(range.to - 50, Math.max(range.from, at)));
    this.changed();
    this.actions.moved();
  }

  private setRate(rate: number): void {
    this.rate = rate;
    this.engine?.setRate(rate);
  }

  private turnSound(): void {
    this.muted = !this.muted;
    this.engine?.setMuted(this.muted);
    this.changed();
  }

  /** Cuts the open chunk, then plays on to the instant of the click. */
  private async upToNow(): Promise<void> {
    const camera = this.view.playing?.camera;
    if (camera === undefined || this.sealing.has(camera)) return;
    const asked = now();
    await this.busy(this.sealing, camera, async () => {
      const until = (await sealNow(camera)) ?? asked;
      const playing = this.view.playing;
      if (playing?.camera !== camera) return;
      this.actions.play(camera, { from: playing.range.from, to: Math.max(until, playing.range.to) }, playing.at);
    });
  }

  private async ask(camera: string, { from, to }: Range): Promise<void> {
    await this.busy(new Set(), camera, () => askForFootage(camera, from, to), t("player.asked"));
  }

  private async keep(what: "clip" | "still"): Promise<void> {
    const playing = this.view.playing;
    if (!playing) return;
    const { camera, range } = playing;
    const at = this.engine?.position() ?? range.from;
    if (what === "still") return this.busy(new Set(), camera, () => saveStill(camera, at), t("player.still_saved"));
    await this.busy(this.clipping, camera, () => saveClip(camera, range), t("player.clip_started"));
  }

  /** Does what takes a while for a camera; what comes of it is told only while that camera is shown. */
  private async busy(those: Set<string>, camera: string, work: () => Promise<void>, done = ""): Promise<void> {
    const shown = (): boolean => this.view.playing?.camera === camera;
    those.add(camera);
    this.showBusy();
    try {
      await work();
      if (done && shown()) this.say(done);
    } catch (problem) {
      if (shown()) this.messages.show(messageOf(problem));
    } finally {
      those.delete(camera);
      this.showBusy();
    }
  }

  private showBusy(): void {
    const camera = this.view.playing?.camera;
    if (camera === undefined) return;
    const off = this.cameraOf(camera)?.enabled === false;
    this.controls.sealing(this.sealing.has(camera), off ? t("player.up_to_now_off") : null);
    this.controls.preparing(this.clipping.has(camera));
  }
}
