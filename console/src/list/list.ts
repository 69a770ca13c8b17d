/** The cameras found, nearest first, with what each has of the window; refreshed every few seconds. */
import { findCameras, findFootage, type Camera, type Footage } from "../api/archive";
import { Axis } from "../coverage/axis";
import { button, h, setText } from "../dom";
import { t } from "../i18n/t";
import { MessageBox, messageOf } from "../problems";
import { now } from "../time/clock";
import { windowOf, type View } from "../view";
import { CameraCard, type CardActions } from "./card";
import { countText } from "./words";

const REFRESH_MS = 5_000;
/** Asking for footage is written to the audit log, asking for cameras is not; between, the bars grow by themselves. */
const FOOTAGE_MS = 30_000;
const PAGE = 25;

export class CameraList {
  readonly element: HTMLElement;
  cameras: Camera[] = [];
  private readonly cards = new Map<string, CameraCard>();
  private footage = new Map<string, Footage>();
  private asked = { at: 0, question: "" };
  private readonly items = h("ul", { class: "cards" });
  private readonly count = h("span", { class: "count", "aria-live": "polite" });
  private readonly axis = new Axis();
  private readonly messages = new MessageBox();
  private readonly empty = h("p", { class: "empty" }, t("list.loading"));
  private readonly more = button(t("list.more"), () => this.showMore(), { class: "more", hidden: true });
  private limit = PAGE;
  private round = 0;
  private timer = 0;

  constructor(
    private readonly view: View,
    private readonly actions: CardActions,
    private readonly refreshed: () => void,
  ) {
    this.element = h(
      "section",
      { class: "list", "aria-labelledby": "list-title" },
      h("div", { class: "list-head" }, h("h2", { id: "list-title" }, t("list.title")), this.count, legend()),
      this.messages.element,
      h("div", { class: "axis-row", title: t("bar.hint") }, this.axis.element),
      this.empty,
      this.items,
      this.more,
    );
  }

  start(): void {
    void this.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.round = -1;
  }

  /** After the footage is known to have changed. */
  askAgain(): void {
    this.asked.question = "";
    void this.refresh();
  }

  /** After a new search: the old list stays until the new one is there. */
  search(): void {
    this.limit = PAGE;
    void this.refresh();
  }

  async refresh(): Promise<void> {
    if (this.round < 0) return;
    clearTimeout(this.timer);
    const round = ++this.round;
    try {
      await this.ask(() => round === this.round);
      if (round === this.round) this.messages.show(null);
    } catch (problem) {
      this.asked.question = "";
      if (round === this.round) {
        this.messages.show(messageOf(problem));
        this.empty.hidden = true;
      }
    }
    if (round === this.round) this.timer = window.setTimeout(() => void this.refresh(), REFRESH_MS);
  }

  private async ask(current: () => boolean): Promise<void> {
    const found = await findCameras(this.view.near, this.view.radius, this.limit);
    if (!current()) return;
    this.cameras = found.cameras;
    this.more.hidden = !found.more;
    this.paint();
    if (this.footageIsOld()) {
      const { from, to } = windowOf(this.view, now());
      const footage = await findFootage(found.cameras.map((camera) => camera.id), from, to);
      if (!current()) return;
      this.footage = footage;
      this.paint();
    }
    this.refreshed();
  }

  /** Old when the question changed, a camera went or came, or time passed over a window that still grows. */
  private footageIsOld(): boolean {
    const { window, minutes } = this.view;
    const states = this.cameras.map((camera) => `${camera.id} ${camera.status.state}`);
    const question = JSON.stringify([window, window ? null : minutes, states]);
    const growing = !window || window.to > this.asked.at - 120_000;
    const old = question !== this.asked.question || (growing && now() - this.asked.at > FOOTAGE_MS);
    if (old) this.asked = { at: now(), question };
    return old;
  }

  paint(): void {
    const range = windowOf(this.view, now());
    this.axis.show(range);
    const elements = this.cameras.map((camera) => this.card(camera).element);
    if (elements.length !== this.items.children.length || elements.some((one, n) => this.items.children[n] !== one)) {
      this.items.replaceChildren(...elements);
    }
    setText(this.count, countText(this.cameras, !this.more.hidden));
    this.empty.hidden = this.cameras.length > 0;
    setText(this.empty, t("list.none"));
    for (const camera of this.cameras) {
      const card = this.card(camera);
      const footage = grown(this.footage.get(camera.id) ?? null, camera, this.asked.at);
      const playing = this.view.playing?.camera === camera.id ? this.view.playing : null;
      card.show(camera, playing !== null);
      card.showFootage(range, footage, playing?.range ?? null, playing?.at ?? null);
      card.showPicture(camera.thumbnail ?? footage?.thumbnail ?? null);
    }
  }

  movePlayhead(at: number): void {
    const playing = this.view.playing;
    if (playing) this.cards.get(playing.camera)?.bar.movePlayhead(at);
  }

  private card(camera: Camera): CameraCard {
    let card = this.cards.get(camera.id);
    if (!card) this.cards.set(camera.id, (card = new CameraCard(camera, this.actions)));
    return card;
  }

  private showMore(): void {
    this.limit += PAGE;
    void this.refresh();
  }

  footageOf(camera: string): Footage | null {
    return this.footage.get(camera) ?? null;
  }
}

/** What was being recorded, or missing, when the archive answered still is, as long as the camera's state is the same. */
function grown(footage: Footage | null, camera: Camera, asked: number): Footage | null {
  if (!footage) return null;
  const open = <T extends { start: number; end: number }>(span: T): T =>
    span.end > asked - 3_000 && span.end <= asked + 3_000 ? { ...span, end: Math.max(span.end, now()) } : span;
  if (camera.status.state !== "recording") return { ...footage, gaps: footage.gaps.map(open) };
  return { ...footage, coverage: footage.coverage.map((span) => (span.state === "recording" ? open(span) : span)) };
}

function legend(): HTMLElement {
  const entry = (kind: string, text: string): HTMLElement => h("li", {}, h("span", { class: `swatch ${kind}` }), text);
  return h(
    "ul",
    { class: "legend" },
    entry("stored", t("legend.stored")),
    entry("held", t("legend.held")),
    entry("thinned", t("legend.thinned")),
    entry("recording", t("legend.recording")),
    entry("purged", t("legend.purged")),
    entry("gap", t("legend.gap")),
  );
}
