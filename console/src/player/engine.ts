/** What the player needs of a way to show footage: real video, or stills where the browser cannot decode it. */
import type { Gap } from "../api/archive";
import type { Message } from "../problems";
import type { Range } from "../view";

export interface Reports {
  /** Something to repaint: position, playing or paused, waiting or not. */
  changed: () => void;
  ended: () => void;
  skipped: (gap: Range) => void;
  /** The browser cannot decode this footage; another engine must show it. */
  undecodable: () => void;
  /** The picture is being waited for longer than is usual; null: no more. */
  doubted: (message: Message | null) => void;
  failed: (message: Message) => void;
}

export interface Engine {
  readonly element: HTMLElement;
  readonly rates: readonly number[];
  /** Whether there is sound that this browser can play. */
  readonly sound: boolean;
  playing: boolean;
  /** The picture on the screen, if any, is not that of `position`. */
  waiting: boolean;
  /** Wall time of the picture on the screen, or of the one waited for, milliseconds; null before the first is known. */
  position: () => number | null;
  play: () => void;
  pause: () => void;
  /** Moves to a wall time; inside a hole, to the first picture after it. */
  seek: (at: number) => void;
  setRate: (rate: number) => void;
  setMuted: (muted: boolean) => void;
  destroy: () => void;
}

export interface Take {
  camera: string;
  range: Range;
  at: number | null;
  rate: number;
  muted: boolean;
  gaps: readonly Gap[];
}
