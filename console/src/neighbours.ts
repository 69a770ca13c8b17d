/** The cameras around the one being watched at this very instant: following someone takes one click per camera. */
import { findNeighbours, type Neighbour } from "./api/archive";
import { button, h, setText } from "./dom";
import { t, type Key } from "./i18n/t";
import { distanceText, shortMoment } from "./list/words";
import { MessageBox, messageOf } from "./problems";

const WINDS: Key[] = ["bearing.n", "bearing.ne", "bearing.e", "bearing.se", "bearing.s", "bearing.sw", "bearing.w", "bearing.nw"];

export class Neighbours {
  readonly element: HTMLElement;
  private readonly radius = h("input", { id: "neighbour-radius", type: "number", min: 1, max: 50_000, value: 500 });
  private readonly items = h("ul", { class: "neighbours" });
  private readonly asOf = h("span", { class: "as-of", "aria-live": "polite" });
  private readonly messages = new MessageBox();
  private readonly find: HTMLButtonElement;
  private round = 0;

  constructor(
    private readonly where: () => { camera: string; at: number } | null,
    private readonly go: (camera: string, at: number) => void,
  ) {
    this.find = button(t("neighbours.find"), () => void this.look(), { id: "find-neighbours", disabled: true });
    this.element = h(
      "section",
      { class: "around", "aria-labelledby": "around-title" },
      h(
        "div",
        { class: "around-head" },
        h("h2", { id: "around-title" }, t("neighbours.title")),
        this.asOf,
        h("span", { class: "spring" }),
        h("label", { for: "neighbour-radius" }, t("neighbours.radius")),
        this.radius,
        this.find,
      ),
      this.messages.element,
      this.items,
    );
  }

  enable(): void {
    this.find.disabled = false;
  }

  async look(): Promise<void> {
    const from = this.where();
    if (!from) return;
    const round = ++this.round;
    const radius = Math.min(50_000, Math.max(1, Number(this.radius.value) || 500));
    try {
      const found = await findNeighbours(from.camera, from.at, radius);
      if (round !== this.round) return;
      this.messages.show(null);
      setText(this.asOf, t("neighbours.as_of", { time: shortMoment(from.at) }));
      const none = h("li", { class: "hint" }, t("neighbours.none", { radius }));
      this.items.replaceChildren(...(found.length ? found.map((one) => this.item(one)) : [none]));
    } catch (problem) {
      if (round === this.round) this.messages.show(messageOf(problem));
    }
  }

  private item(one: Neighbour): HTMLElement {
    const onclick = (): void => {
      const here = this.where();
      if (here) this.go(one.id, here.at);
    };
    const facts = [one.distance === null ? "" : distanceText(one.distance), one.bearing === null ? "" : bearingText(one.bearing)];
    const arrow = h("span", { class: "arrow", "aria-hidden": "true" }, "↑");
    if (one.bearing !== null) arrow.style.transform = `rotate(${one.bearing}deg)`;
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", onclick, "data-camera": one.id, class: one.recorded ? "" : "absent" },
        arrow,
        h("span", { class: "neighbour-name" }, one.name),
        h("span", { class: "neighbour-facts" }, [...facts, t(seen(one))].filter(Boolean).join(" · ")),
      ),
    );
  }
}

/** What there is of a neighbour's footage of the instant. */
export function seen({ recorded, thinned, purged }: Neighbour): Key {
  if (recorded) return thinned ? "neighbours.thinned" : "neighbours.recorded";
  return purged ? "neighbours.purged" : "neighbours.not_recorded";
}

function bearingText(degrees: number): string {
  const wind = WINDS[Math.round(degrees / 45) % 8];
  return `${Math.round(degrees)}° ${wind ? t(wind) : ""}`;
}
