/** Whether this browser can decode what a camera sends. */
import type { VideoCodec } from "../api/archive";

const TYPICAL: Record<string, string> = { h264: "avc1.640028", h265: "hvc1.1.6.L120.B0" };

export function decodable(codec: VideoCodec): boolean {
  const exact = codec.exact ?? TYPICAL[codec.name];
  if (typeof MediaSource === "undefined" || !exact) return false;
  return MediaSource.isTypeSupported(`video/mp4; codecs="${exact}"`);
}
