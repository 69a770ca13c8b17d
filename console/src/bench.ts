/** The working page: search above, cameras on the left, the player and what stands around it on the right. */
import { Agency } from "./agency/agency";
import { findCamera, type Camera, type Person } from "./api/archive";
import { h } from "./dom";
import { header, type Leaving } from "./header";
import { CameraList } from "./list/list";
import { Neighbours } from "./neighbours";
import { Player } from "./player/player";
import { SearchForm } from "./search";
import { MessageBox } from "./problems";
import { now } from "./time/clock";
import { PurposeQuestion } from "./purpose";
import { Whose } from "./whose/whose";
import { readHash, windowOf, writeHash, type Range, type View } from "./view";

const MINUTE = 60_000;
/** How much a click on a bar plays; less when the window ends before. */
const CLICK_MS = 10 * MINUTE;
const OPEN_MS = 5 * MINUTE;
const KEEP_EVERY_MS = 2_000;

/** Builds the page; answers how to take it down. */
export function showBench(app: HTMLElement, person: Person, leaving: Leaving): () => void {
  const view: View = readHash(location.hash);
  const messages = new MessageBox();
  const question = new PurposeQuestion(person);
  const whose = new Whose();
  const agency = new Agency(person);
  const known = new Map<string, Camera>();
  let kept = 0;

  const keep = (): void => {
    kept = Date.now();
    history.replaceState(null, "", writeHash(view));
  };
  const play = (camera: string, wanted: Range, at: number | null): void => {
    const range = seen(camera, wanted, at);
    const another = view.playing?.camera !== camera;
    view.playing = { camera, range, at };
    if (another) history.pushState(null, "", writeHash(view));
    else keep();
    if (range.to > now() - MINUTE) list.askAgain();
    showPlaying();
    // On a narrow screen the player stands below the list.
    player.element.scrollIntoView({ block: "nearest" });
  };
  /** Of a range what a grant shows, where the camera is seen by that alone. */
  const seen = (camera: string, range: Range, at: number | null): Range => {
    const spans = list.footageOf(camera)?.granted;
    const span = spans?.find((one) => one.from < range.to && one.to > (at ?? range.from));
    return span ? { from: Math.max(range.from, span.from), to: Math.min(range.to, span.to) } : range;
  };
  const showPlaying = (): void => {
    list.paint();
    void player.open();
    if (!view.playing) return;
    neighbours.enable();
    question.ask();
    void learn(view.playing.camera).then(() => neighbours.look());
  };
  /** The camera in a link need not be among those found. */
  const learn = async (camera: string): Promise<void> => {
    if (known.has(camera)) return;
    const found = await findCamera(camera).catch(() => null);
    if (found) known.set(camera, found);
    player.describe();
  };

  const list = new CameraList(
    view,
    {
      open: (camera) => play(camera, lastFootage(camera), null),
      pick: (camera, at) => play(camera, { from: at, to: Math.min(at + CLICK_MS, windowEnd(at)) }, null),
      select: (camera, range) => play(camera, range, null),
    },
    () => {
      for (const camera of list.cameras) known.set(camera.id, camera);
      player.describe();
      form.showWindow(view, now());
    },
  );
  const windowEnd = (at: number): number => {
    const { to } = windowOf(view, now());
    return to - at < 1000 ? at + MINUTE : to;
  };
  /** The end of what is stored in the window, five minutes of it; of the window when nothing is. */
  const lastFootage = (camera: string): Range => {
    const window = windowOf(view, now());
    const spans = list.footageOf(camera)?.coverage.filter((span) => span.state !== "recording" && span.state !== "purged");
    const to = Math.min(window.to, spans?.at(-1)?.end ?? window.to);
    const from = Math.max(window.from, to - OPEN_MS);
    const first = spans?.find((span) => span.end > from && span.start < to);
    return { from: Math.max(from, first?.start ?? from), to };
  };
  const player = new Player(view, (id) => known.get(id), {
    moved: keep,
    play,
    ticked: (at) => {
      list.movePlayhead(at);
      if (Date.now() - kept > KEEP_EVERY_MS) keep();
    },
  });
  const neighbours = new Neighbours(
    () => view.playing && { camera: view.playing.camera, at: view.playing.at ?? view.playing.range.from },
    (camera, at) => play(camera, view.playing?.range ?? { from: at, to: at + MINUTE }, at),
  );
  const form = new SearchForm(view, (found) => {
    Object.assign(view, found);
    keep();
    list.search();
  });

  const travel = (): void => {
    Object.assign(view, readHash(location.hash));
    form.take(view);
    list.search();
    showPlaying();
  };
  window.addEventListener("popstate", travel);
  app.replaceChildren(
    header(person, leaving, messages, [agency.opener, whose.opener]),
    messages.element,
    whose.element,
    agency.element,
    form.element,
    h("main", { class: "bench" }, list.element, h("div", { class: "watch" }, player.element, question.element, neighbours.element)),
  );
  list.start();
  if (view.playing) showPlaying();
  return () => {
    window.removeEventListener("popstate", travel);
    list.stop();
    player.close();
    whose.close();
    agency.close();
  };
}
