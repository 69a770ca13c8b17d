/** The first screen: a place to drop the package, and buttons for those who do not drag. */

import { button, h } from "../../../src/dom";
import type { Actions } from "./app";
import { t } from "./words";

type Files = { path: string; file: File }[];

export function startScreen(actions: Actions): HTMLElement {
  const file = h("input", { type: "file", accept: ".zip,application/zip", id: "file", class: "hidden-input", tabindex: "-1", "aria-label": t("pickFile") });
  const folder = h("input", { type: "file", webkitdirectory: true, id: "folder", class: "hidden-input", tabindex: "-1", "aria-label": t("pickFolder") });
  file.addEventListener("change", () => file.files?.[0] && actions.open(file.files[0], []));
  folder.addEventListener("change", () => {
    const files = [...(folder.files ?? [])].map((one) => ({ path: one.webkitRelativePath, file: one }));
    if (files.length) actions.open(null, files);
  });
  const area = h(
    "div",
    { class: "drop", id: "drop" },
    h("p", { class: "drop-big" }, t("step1Text")),
    h(
      "div",
      { class: "row center" },
      button(t("pickFile"), () => file.click(), { class: "primary large", id: "pick-file" }),
      button(t("pickFolder"), () => folder.click(), { id: "pick-folder" }),
    ),
    file,
    folder,
    h("p", { class: "soft" }, t("keepFile")),
  );
  takeDrops(area, actions);
  return h("section", { class: "card", "aria-labelledby": "start-title" }, h("h2", { id: "start-title" }, t("step1")), area);
}

function takeDrops(area: HTMLElement, actions: Actions): void {
  area.addEventListener("dragover", (event) => {
    event.preventDefault();
    area.classList.add("over");
  });
  area.addEventListener("dragleave", () => area.classList.remove("over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    area.classList.remove("over");
    void dropped(event.dataTransfer).then(({ file, folder }) => (file || folder.length) && actions.open(file, folder));
  });
}

async function dropped(data: DataTransfer | null): Promise<{ file: File | null; folder: Files }> {
  const entry = data?.items[0]?.webkitGetAsEntry?.();
  if (entry?.isDirectory) return { file: null, folder: await walk(entry as FileSystemDirectoryEntry, entry.name) };
  return { file: data?.files[0] ?? null, folder: [] };
}

async function walk(directory: FileSystemDirectoryEntry, path: string): Promise<Files> {
  const reader = directory.createReader();
  const out: Files = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return out;
    for (const one of some) {
      const inside = `${path}/${one.name}`;
      if (one.isDirectory) out.push(...(await walk(one as FileSystemDirectoryEntry, inside)));
      else
        out.push({
          path: inside,
          file: await new Promise<File>((done, failed) => (one as FileSystemFileEntry).file(done, failed)),
        });
    }
  }
}
