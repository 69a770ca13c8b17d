/** Whether this browser can decode what a camera sends. */

const SAMPLE: Record<string, string> = {
  h264: 'video/mp4; codecs="avc1.640028"',
  h265: 'video/mp4; codecs="hvc1.1.6.L120.B0"',
};

export function decodable(codec: string): boolean {
  const type = SAMPLE[codec];
  return typeof MediaSource !== "undefined" && (type === undefined || MediaSource.isTypeSupported(type));
}
