/** Times written above the bars. */
import { h } from "../dom";
import { clockText, dateText, ZONE } from "../time/zone";
import type { Range } from "../view";
import { ticks, toPixel } from "./scale";

const LOCAL_OFFSET = 8 * 3_600_000;
const LABEL_PX = 64;

export class Axis {
  readonly element = h("div", { class: "axis", "aria-hidden": "true" });
  private range: Range | null = null;

  constructor() {
    new ResizeObserver(() => this.paint()).observe(this.element);
  }

  show(range: Range): void {
    this.range = range;
    this.paint();
  }

  private paint(): void {
    const width = this.element.clientWidth;
    if (!this.range || width === 0) return;
    const range = this.range;
    const days = range.to - range.from > 36 * 3_600_000;
    const short = range.to - range.from < 5 * 60_000;
    const marks = ticks(range, Math.max(2, Math.floor(width / LABEL_PX)), LOCAL_OFFSET).map((at) => {
      const text = days ? dateText(at).slice(0, 5) : clockText(at).slice(0, short ? 8 : 5);
      const mark = h("span", {}, text);
      mark.style.left = `${toPixel(at, range, width)}px`;
      return mark;
    });
    const zone = h("em", {}, ZONE);
    this.element.replaceChildren(zone, ...marks);
  }
}
