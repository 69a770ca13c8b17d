/** One line for what went wrong and what to do about it. */

import { Problem } from "../api/problem";
import { t } from "../i18n/t";
import { h, setText } from "./dom";

export class Notice {
  readonly element: HTMLElement;
  private readonly what = h("strong");
  private readonly remedy = h("span");

  constructor() {
    const close = h("button", { type: "button", class: "plain", "aria-label": t("close"), on: { click: () => this.hide() } }, "×");
    this.element = h("div", { class: "notice", role: "alert", hidden: true }, h("p", {}, this.what, " ", this.remedy), close);
  }

  show(error: unknown): void {
    const problem = Problem.from(error);
    setText(this.what, problem.what);
    setText(this.remedy, problem.remedy);
    this.element.hidden = false;
  }

  hide(): void {
    this.element.hidden = true;
  }
}
