/** The one floating label of the page. */
import { h } from "../dom";

const tip = h("div", { class: "tip", role: "tooltip" });

export function showTip(text: string, x: number, anchor: DOMRect): void {
  if (!tip.isConnected) document.body.append(tip);
  tip.textContent = text;
  tip.classList.add("shown");
  const half = tip.offsetWidth / 2;
  tip.style.left = `${Math.min(window.innerWidth - half - 6, Math.max(half + 6, x))}px`;
  tip.style.top = `${anchor.bottom + 6 + tip.offsetHeight > window.innerHeight ? anchor.top - tip.offsetHeight - 6 : anchor.bottom + 6}px`;
}

export function hideTip(): void {
  tip.classList.remove("shown");
}
