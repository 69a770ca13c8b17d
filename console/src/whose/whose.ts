/** "Punya kita?": any MP4 or evidence package, dropped anywhere on the page or chosen, is read here and asked about by its hashes. */
import { askInside, askWhose } from "../api/whose";
import { button, h, setText } from "../dom";
import { t, type Key } from "../i18n/t";
import { MessageBox, messageOf } from "../problems";
import { answerOf } from "./answer";
import type { Brought, Inside } from "./look";
import type { FromWorker, ToWorker } from "./worker";
import Script from "./worker?worker";

const MB = 1e6;
const UNREADABLE: Record<string, Key> = {
  zip_cut: "whose.zip_cut",
  zip_volume: "whose.zip_volume",
  zip_malformed: "whose.no_package",
  unsafe_name: "whose.no_package",
  duplicate_name: "whose.no_package",
};

export class Whose {
  /** For the header. */
  readonly opener = button(t("whose.title"), () => this.show(this.element.hidden), {
    class: "quiet",
    id: "whose-open",
    "aria-expanded": "false",
    "aria-controls": "whose",
    title: t("whose.opener_help"),
  });
  readonly element: HTMLElement;
  private readonly input = h("input", {
    type: "file",
    accept: "video/mp4,.mp4,.m4v,.mov,application/zip,.zip",
    hidden: true,
    onchange: () => this.take(this.input.files),
  });
  private readonly choose = button(t("whose.choose"), () => this.input.click(), { class: "primary" });
  private readonly step = h("p", { class: "whose-step", role: "status" });
  private readonly bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": t("whose.progress") });
  private readonly answer = h("div", { class: "whose-answer", "aria-live": "polite" });
  private readonly messages = new MessageBox();
  private reading: Worker | null = null;
  private round = 0;

  constructor() {
    this.element = h(
      "section",
      { class: "whose", id: "whose", hidden: true, "aria-labelledby": "whose-title" },
      h(
        "div",
        { class: "whose-ask" },
        h("h2", { id: "whose-title" }, t("whose.title")),
        h("p", {}, t("whose.drop")),
        this.choose,
        this.input,
        h("p", { class: "hint" }, t("whose.stays")),
        button("×", () => this.show(false), { class: "quiet close", "aria-label": t("whose.close") }),
      ),
      h("div", { class: "whose-progress" }, this.step, this.bar),
      this.messages.element,
      this.answer,
    );
    window.addEventListener("dragover", this.dragged);
    window.addEventListener("dragleave", this.left);
    window.addEventListener("drop", this.dropped);
  }

  close(): void {
    this.stop();
    window.removeEventListener("dragover", this.dragged);
    window.removeEventListener("dragleave", this.left);
    window.removeEventListener("drop", this.dropped);
    document.body.classList.remove("dropping");
  }

  private show(open: boolean): void {
    this.element.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) return this.choose.focus();
    this.stop();
    this.clear();
    this.opener.focus();
  }

  private readonly dragged = (event: DragEvent): void => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  };

  private readonly left = (event: DragEvent): void => {
    if (event.relatedTarget === null) document.body.classList.remove("dropping");
  };

  private readonly dropped = (event: DragEvent): void => {
    document.body.classList.remove("dropping");
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // else the browser would leave the page for the file
    this.take(event.dataTransfer.files);
  };

  private take(files: FileList | null): void {
    const file = files?.[0];
    if (!file) return;
    if (this.element.hidden) this.show(true);
    void this.ask(file);
    this.input.value = ""; // so that the same file can be chosen again
  }

  /** Only the last file that was given is answered. */
  private async ask(file: File): Promise<void> {
    this.stop();
    this.clear();
    const round = ++this.round;
    this.bar.hidden = false;
    try {
      const brought = await this.read<Brought>(file, "brought");
      if (round !== this.round) return;
      this.bar.hidden = true;
      setText(this.step, t("whose.asking", { file: file.name }));
      let answer = await askWhose(brought);
      if (brought.package && answer.claim !== "holds" && round === this.round) {
        this.bar.hidden = false;
        answer = await askInside(brought, await this.read<Inside>(file, "inside"));
      }
      if (round !== this.round) return;
      this.bar.hidden = true;
      setText(this.step, file.name);
      this.answer.replaceChildren(...answerOf(brought, answer));
    } catch (problem) {
      if (round !== this.round) return;
      this.clear();
      this.messages.show(messageOf(problem));
    }
  }

  /** What the worker finds: of the file itself, or inside a package. */
  private read<Found>(file: File, wanted: "brought" | "inside"): Promise<Found> {
    const worker = (this.reading = new Script());
    const progress = (done: number): void => {
      this.bar.value = file.size ? done / file.size : 1;
      const numbers = { done: Math.round(done / MB), total: Math.ceil(file.size / MB) };
      setText(this.step, t("whose.reading", { file: file.name, ...numbers }));
    };
    progress(0);
    return new Promise<Found>((found, failed) => {
      const unreadable = (code = ""): void => failed(new Unreadable(t(UNREADABLE[code] ?? "whose.unreadable", { file: file.name })));
      worker.onerror = () => unreadable();
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if ("done" in data) progress(data.done);
        else if ("failed" in data) unreadable(data.failed);
        else found((wanted in data ? data[wanted as keyof typeof data] : undefined) as Found);
      };
      worker.postMessage({ file, inside: wanted === "inside" } satisfies ToWorker);
    }).finally(() => worker.terminate());
  }

  private stop(): void {
    this.round++;
    this.reading?.terminate();
    this.reading = null;
  }

  private clear(): void {
    this.bar.hidden = true;
    setText(this.step, "");
    this.messages.show(null);
    this.answer.replaceChildren();
  }
}

class Unreadable extends Error {
  override toString(): string {
    return this.message;
  }
}
