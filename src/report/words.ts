export { countText, lossText, percentText, plural, wholePercent } from "../base/index.ts";

/** 3845 seconds → "1 h 4 min"; 75 → "1 min 15 s"; 3.2 → "3.2 s". */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Math.max(seconds, 0).toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Bytes in the decimal units that disks and shops use: "312 MB". */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  if (bytes >= 1e6) return `${Math.round(bytes / 1e6)} MB`;
  return `${Math.max(Math.round(bytes / 1e3), 1)} kB`;
}

// What stands beside a chart without pushing it away.
const maxLetters = 20;

/** A class name that fits beside a chart: long ones keep their beginning and their end, where they differ most often. */
export const shortName = (name: string): string =>
  name.length > maxLetters ? `${name.slice(0, maxLetters / 2)}…${name.slice(1 - maxLetters / 2)}` : name;
