/** The row of buttons under the picture. It decides nothing: each button says what was asked. */
import { button, h, setAttribute, setText } from "../dom";
import { t } from "../i18n/t";

export interface ControlActions {
  toggle: () => void;
  jump: (ms: number) => void;
  rate: (rate: number) => void;
  mute: () => void;
  upToNow: () => void;
  clip: () => void;
  still: () => void;
}

export class Controls {
  readonly element: HTMLElement;
  private readonly play: HTMLButtonElement;
  private readonly mute: HTMLButtonElement;
  private readonly upToNow: HTMLButtonElement;
  private readonly clip: HTMLButtonElement;
  private readonly rates = h("select", { id: "rate" });

  constructor(actions: ControlActions) {
    this.play = button(t("player.play"), actions.toggle, { class: "primary play" });
    this.mute = button(t("player.mute"), actions.mute, { class: "quiet" });
    this.upToNow = button(t("player.up_to_now"), actions.upToNow, { id: "up-to-now" });
    this.clip = button(t("player.clip"), actions.clip, { id: "clip" });
    this.rates.addEventListener("change", () => actions.rate(Number(this.rates.value)));
    this.element = h(
      "div",
      { class: "controls" },
      button("−5 s", () => actions.jump(-5000), { "aria-label": t("player.back"), title: "←" }),
      this.play,
      button("+5 s", () => actions.jump(5000), { "aria-label": t("player.forward"), title: "→" }),
      h("label", { class: "rate" }, t("player.speed"), this.rates),
      this.mute,
      h("span", { class: "spring" }),
      this.upToNow,
      this.clip,
      button(t("player.still"), actions.still, { id: "still" }),
    );
    this.setRates([1, 2, 4, 8, 16], 1);
    this.enable(false);
  }

  enable(on: boolean): void {
    for (const one of this.element.querySelectorAll("button, select")) (one as HTMLButtonElement).disabled = !on;
  }

  setRates(rates: readonly number[], chosen: number): void {
    this.rates.replaceChildren(
      ...rates.map((rate) => h("option", { value: rate, selected: rate === chosen }, `${rate}×`)),
    );
  }

  show(playing: boolean, muted: boolean, sound: boolean): void {
    setText(this.play, t(playing ? "player.pause" : "player.play"));
    setText(this.mute, t(muted ? "player.unmute" : "player.mute"));
    setAttribute(this.mute, "aria-pressed", String(muted));
    this.mute.hidden = !sound;
  }

  /** `why` it cannot be asked for, if so. */
  sealing(on: boolean, why: string | null): void {
    this.upToNow.disabled = on || why !== null;
    setAttribute(this.upToNow, "title", why);
    setText(this.upToNow, t(on ? "player.sealing" : "player.up_to_now"));
  }

  preparing(on: boolean): void {
    this.clip.disabled = on;
    setText(this.clip, t(on ? "player.mp4_preparing" : "player.clip"));
  }
}
