/**
 * The picture under its wall-clock time: whoever photographs the screen photographs the time too. The time stands on a
 * strip of its own, because cameras burn theirs into the corners and nothing of the evidence may be covered.
 */
import { button, h, setText } from "../dom";
import { t } from "../i18n/t";
import { clockText, dateText, ZONE } from "../time/zone";
import { modeText } from "./words";

const noTime = (): string => `––/––/–––– ––:––:–– ${ZONE}`;

export class Stage {
  readonly element: HTMLElement;
  private readonly local = h("strong");
  private readonly utc = h("span");
  private readonly camera = h("span", { class: "stage-camera" });
  private readonly mode = h("span", { class: "stage-mode" });
  private readonly clock = h("div", { class: "stage-clock", hidden: true }, this.local, this.utc);
  private readonly veil = h("p", { class: "veil" }, t("player.empty"));
  private readonly slot = h("div", { class: "slot" });

  constructor(toggle: () => void) {
    this.slot.addEventListener("click", toggle);
    const full = button(t("player.full"), () => this.full(), { class: "quiet" });
    const strip = h("div", { class: "strip" }, this.clock, this.mode, this.camera, full);
    this.element = h("div", { class: "stage" }, strip, this.slot, this.veil);
  }

  take(element: HTMLElement | null, camera: string): void {
    this.slot.replaceChildren(...(element ? [element] : []));
    setText(this.camera, camera);
  }

  show(at: number | null, waiting: boolean, stills: boolean, thinned = false, imported = false): void {
    this.clock.hidden = at === null;
    this.element.classList.toggle("waiting", waiting);
    if (at === null || waiting) {
      // The picture still standing there is from another time: neither is shown as if they belonged together.
      setText(this.local, noTime());
      setText(this.utc, "");
      delete this.element.dataset.wall;
    } else {
      setText(this.local, `${dateText(at)} ${clockText(at, ZONE, !stills)} ${ZONE}`);
      setText(this.utc, `${clockText(at, "UTC", !stills)} UTC`);
      this.element.dataset.wall = String(Math.round(at));
    }
    setText(this.mode, modeText(stills, thinned && !waiting, imported && !waiting));
    this.say(waiting ? t("player.loading") : "");
  }

  say(text: string): void {
    setText(this.veil, text);
    this.veil.hidden = text === "";
  }

  private full(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.element.requestFullscreen();
  }
}
