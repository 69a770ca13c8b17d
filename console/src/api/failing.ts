/** Which cameras should be recorded and are not. */
import type { Camera } from "./archive";

/** Those that fail, or of which nobody tells, before all others; each camera once. */
export function failingFirst(cameras: readonly Camera[]): Camera[] {
  const each = [...new Map(cameras.map((camera) => [camera.id, camera])).values()];
  const fails = ({ enabled, status }: Camera): boolean => enabled && ["failed", "unknown"].includes(status.state);
  return [...each.filter(fails), ...each.filter((camera) => !fails(camera))];
}

/** How many are recorded, and how many are not and should be. */
export function counted(cameras: readonly Camera[]): { recording: number; failed: number } {
  const enabled = cameras.filter((camera) => camera.enabled);
  const recording = enabled.filter((camera) => camera.status.state === "recording").length;
  return { recording, failed: enabled.length - recording };
}
