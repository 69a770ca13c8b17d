/** One camera's footage over a window: shows it, tells why it is missing, and lets a range be chosen. */
import type { Footage } from "../api/archive";
import { h } from "../dom";
import { named, t } from "../i18n/t";
import { now } from "../time/clock";
import { clockText, ZONE } from "../time/zone";
import type { Range } from "../view";
import { draw } from "./draw";
import { toInstant } from "./scale";
import { hideTip, showTip } from "./tip";

const DRAG_PX = 4;

interface Actions {
  /** Play from an instant on. */
  pick: (at: number) => void;
  /** Play exactly this range. */
  select: (range: Range) => void;
}

export class CoverageBar {
  readonly element: HTMLCanvasElement;
  private range: Range = { from: 0, to: 1 };
  /** A newer scale that came during a drag: what is drawn under the pointer must not move until it is let go. */
  private next: Range | null = null;
  private footage: Footage | null = null;
  private chosen: Range | null = null;
  private playhead: number | null = null;
  private cursor: number | null = null;
  private anchor: number | null = null;
  private downAt: number | null = null;

  constructor(
    label: string,
    private readonly actions: Actions,
  ) {
    this.element = h("canvas", { class: "bar", tabindex: 0, role: "slider", "aria-label": label });
    this.element.addEventListener("pointerdown", (event) => this.press(event));
    this.element.addEventListener("pointermove", (event) => this.hover(event));
    this.element.addEventListener("pointerup", (event) => this.release(event));
    this.element.addEventListener("pointercancel", () => this.clear());
    this.element.addEventListener("pointerleave", () => this.downAt === null && this.clear());
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("blur", () => this.clear());
    new ResizeObserver(() => this.paint()).observe(this.element);
  }

  show(range: Range, footage: Footage | null, chosen: Range | null, playhead: number | null): void {
    if (this.downAt === null) this.range = range;
    else this.next = range;
    this.footage = footage;
    this.chosen = chosen;
    this.playhead = playhead;
    this.paint();
  }

  movePlayhead(at: number | null): void {
    this.playhead = at;
    this.paint();
  }

  private paint(): void {
    const dragged = this.anchor !== null && this.cursor !== null ? ordered(this.anchor, this.cursor) : null;
    draw(this.element, this.range, this.footage, {
      selection: dragged ?? this.chosen,
      playhead: this.playhead,
      cursor: this.cursor,
    });
    this.element.setAttribute("aria-valuemin", "0");
    this.element.setAttribute("aria-valuemax", "100");
    const at = this.cursor ?? this.playhead ?? this.range.from;
    const share = (100 * (at - this.range.from)) / (this.range.to - this.range.from);
    this.element.setAttribute("aria-valuenow", share.toFixed(1));
    this.element.setAttribute("aria-valuetext", this.describe(at));
  }

  /** What is known of an instant, in words. */
  describe(at: number): string {
    const when = `${clockText(at)} ${ZONE}`;
    const gap = this.footage?.gaps.find((one) => at >= one.start && at < one.end);
    if (gap) return `${when} · ${t("bar.gap", { reason: named("reason", gap.reason) })}`;
    const part = this.footage?.coverage.find((one) => at >= one.start && at < one.end);
    if (part?.state === "recording") return `${when} · ${t("bar.recording")}`;
    const imported = this.footage?.imported?.some((one) => at >= one.start && at < one.end) ? ` · ${t("player.imported")}` : "";
    if (part) return `${when} · ${named("state", part.state)}${imported}`;
    return at > now() ? `${when} · ${t("bar.future")}` : when;
  }

  private at(event: PointerEvent): number {
    const box = this.element.getBoundingClientRect();
    return toInstant(event.clientX - box.left, this.range, box.width);
  }

  private press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    this.downAt = event.clientX;
    this.anchor = this.at(event);
    this.cursor = this.anchor;
    this.paint();
  }

  private hover(event: PointerEvent): void {
    this.cursor = this.at(event);
    this.paint();
    const chosen = this.downAt !== null && this.anchor !== null ? ordered(this.anchor, this.cursor) : null;
    const text = chosen ? `${clockText(chosen.from)} – ${clockText(chosen.to)} ${ZONE}` : this.describe(this.cursor);
    showTip(text, event.clientX, this.element.getBoundingClientRect());
  }

  private release(event: PointerEvent): void {
    if (this.downAt === null || this.anchor === null) return;
    const [at, anchor, moved] = [this.at(event), this.anchor, Math.abs(event.clientX - this.downAt)];
    this.clear();
    if (moved >= DRAG_PX) this.actions.select(ordered(anchor, at));
    else this.actions.pick(at);
  }

  private clear(): void {
    this.downAt = this.anchor = this.cursor = null;
    this.range = this.next ?? this.range;
    this.next = null;
    hideTip();
    this.paint();
  }

  private key(event: KeyboardEvent): void {
    const step = (this.range.to - this.range.from) / 120;
    const from = this.cursor ?? this.playhead ?? this.range.from;
    const move: Record<string, number> = {
      ArrowLeft: from - step,
      ArrowRight: from + step,
      Home: this.range.from,
      End: this.range.to,
    };
    const target = move[event.key];
    if (target !== undefined) {
      this.anchor = event.shiftKey ? (this.anchor ?? from) : null;
      this.cursor = Math.min(this.range.to, Math.max(this.range.from, target));
      this.paint();
      const box = this.element.getBoundingClientRect();
      const share = (this.cursor - this.range.from) / (this.range.to - this.range.from);
      showTip(this.describe(this.cursor), box.left + share * box.width, box);
    } else if (event.key === "Enter" || event.key === " ") {
      const chosen = this.anchor !== null && this.cursor !== null ? ordered(this.anchor, this.cursor) : null;
      this.clear();
      if (chosen) this.actions.select(chosen);
      else this.actions.pick(from);
    } else if (event.key === "Escape") this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function ordered(a: number, b: number): Range {
  return { from: Math.min(a, b), to: Math.max(a, b) };
}
