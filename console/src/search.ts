/** Place and time: the two questions a search asks. */
import type { Key } from "./i18n/t";
import { button, h, setText } from "./dom";
import { t } from "./i18n/t";
import { now } from "./time/clock";
import { iso, momentText, parseInstant, ZONE } from "./time/zone";
import { DEFAULT_RADIUS, parsePlace, placeText, windowOf, type View } from "./view";

const CORNER = { lat: -1.2767, lon: 116.8372 };
const PRESETS = [15, 60, 360];

export type Found = Pick<View, "near" | "radius" | "window" | "minutes">;

export class SearchForm {
  readonly element: HTMLFormElement;
  private readonly near = h("input", {
    id: "near",
    placeholder: t("search.near_hint"),
    autocomplete: "off",
    spellcheck: "false",
  });
  private readonly radius = h("input", { id: "radius", type: "number", min: 1, max: 50_000, step: 1 });
  private readonly from = timeField("from");
  private readonly to = timeField("to");
  private readonly utc = { from: h("span", { class: "utc" }), to: h("span", { class: "utc" }) };
  private readonly presets: HTMLButtonElement[];
  private minutes: number;
  /** Whether the times were typed; untouched ones go on meaning "the last hour". */
  private fixed: boolean;

  constructor(
    view: View,
    private readonly search: (found: Found) => void,
  ) {
    this.minutes = view.minutes;
    this.fixed = view.window !== null;
    this.presets = PRESETS.map((minutes) =>
      button(spanText(minutes), () => this.choose(minutes), { class: "chip" }),
    );
    for (const field of [this.from, this.to]) {
      field.addEventListener("input", () => {
        this.fixed = true;
        this.showUtc();
        this.showPresets();
      });
    }
    this.element = h(
      "form",
      { class: "search", onsubmit: (event: SubmitEvent) => this.submit(event), "aria-label": t("search.label"), novalidate: true },
      labelled("search.near", this.near),
      labelled("search.radius", this.radius),
      h(
        "div",
        { class: "chips lowered" },
        button(t("search.corner"), () => this.place(placeText(CORNER)), { class: "chip" }),
        button(t("search.everywhere"), () => this.place(""), { class: "chip" }),
      ),
      labelled("search.from", this.from, this.utc.from),
      labelled("search.to", this.to, this.utc.to),
      h(
        "div",
        { class: "field", role: "group", "aria-labelledby": "last" },
        h("span", { class: "label", id: "last" }, t("search.last")),
        h("div", { class: "chips" }, ...this.presets),
      ),
      h("button", { type: "submit", class: "primary" }, t("search.submit")),
    );
    this.take(view);
  }

  /** Fills the form with a view that came from elsewhere: a link, the Back button. */
  take(view: View): void {
    this.minutes = view.minutes;
    this.fixed = view.window !== null;
    this.near.value = view.near ? placeText(view.near) : "";
    this.radius.value = String(view.radius);
    this.showWindow(view, now());
  }

  /** Keeps the shown times up with a window that moves with the clock, unless someone is typing there. */
  showWindow(view: View, present: number): void {
    if (this.fixed && view.window === null) return;
    if (document.activeElement === this.from || document.activeElement === this.to) return;
    const { from, to } = windowOf(view, present);
    this.from.value = momentText(from);
    this.to.value = momentText(to);
    this.showUtc();
    this.showPresets();
  }

  private showUtc(): void {
    const present = now();
    for (const side of ["from", "to"] as const) {
      const at = parseInstant(this[side].value, present);
      setText(this.utc[side], at === null ? "…" : `${iso(at).slice(0, 19).replace("T", " ")} UTC`);
    }
  }

  private showPresets(): void {
    this.presets.forEach((preset, n) =>
      preset.setAttribute("aria-pressed", String(!this.fixed && PRESETS[n] === this.minutes)),
    );
  }

  private choose(minutes: number): void {
    this.minutes = minutes;
    this.fixed = false;
    this.element.requestSubmit();
  }

  private place(text: string): void {
    this.near.value = text;
    if (text && !this.radius.value) this.radius.value = String(DEFAULT_RADIUS);
    this.element.requestSubmit();
  }

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    for (const field of [this.near, this.radius, this.from, this.to]) field.setCustomValidity("");
    const near = this.near.value.trim() ? parsePlace(this.near.value) : null;
    if (this.near.value.trim() && !near) return refuse(this.near, t("search.bad_place", { given: this.near.value }));
    const radius = Number(this.radius.value || DEFAULT_RADIUS);
    if (!(radius >= 1 && radius <= 50_000)) return refuse(this.radius, t("search.bad_radius"));
    const present = now();
    if (!this.fixed) {
      const moving: Found = { near, radius, window: null, minutes: this.minutes };
      this.search(moving);
      this.from.blur();
      return;
    }
    const [from, to] = [parseInstant(this.from.value, present), parseInstant(this.to.value, present)];
    if (from === null) return refuse(this.from, t("search.bad_time", { given: this.from.value }));
    if (to === null) return refuse(this.to, t("search.bad_time", { given: this.to.value }));
    if (to <= from) return refuse(this.to, t("search.bad_order"));
    this.search({ near, radius, window: { from, to }, minutes: this.minutes });
  }
}

function timeField(id: string): HTMLInputElement {
  return h("input", { id, autocomplete: "off", spellcheck: "false", title: t("search.time_help"), class: "time" });
}

function labelled(key: Key, field: HTMLInputElement, note?: HTMLElement): HTMLElement {
  return h("div", { class: "field" }, h("label", { for: field.id }, t(key, { zone: ZONE })), field, note);
}

function refuse(field: HTMLInputElement, why: string): void {
  field.setCustomValidity(why);
  field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  field.reportValidity();
}

export function spanText(minutes: number): string {
  return minutes < 60 ? t("span.minutes", { n: minutes }) : t("span.hours", { n: minutes / 60 });
}
