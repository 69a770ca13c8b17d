/** How the time of a standing picture is known, in the archive's words; asked only once it stands for a moment. */
import { timeKnown } from "../api/archive";
import { h, setText } from "../dom";

const STANDS_MS = 300;

export class Known {
  readonly element = h("p", { class: "known", "aria-live": "polite" });
  private shown = "";
  private timer = 0;

  /** `at` null: the picture moves, or there is none. */
  show(camera: string, at: number | null): void {
    const shown = at === null ? "" : `${camera} ${at}`;
    if (shown === this.shown) return;
    this.shown = shown;
    clearTimeout(this.timer);
    setText(this.element, "");
    if (at !== null) this.timer = window.setTimeout(() => void this.ask(camera, at, shown), STANDS_MS);
  }

  private async ask(camera: string, at: number, shown: string): Promise<void> {
    // Where the archive says nothing of it the line stays empty: the player itself tells what is wrong.
    const text = await timeKnown(camera, at).catch(() => "");
    if (shown === this.shown) setText(this.element, text);
  }
}
