// Bytes for people: offset, sixteen in hexadecimal, and the same as text.

export function bytesOf(body: { body?: string | null; body_base64?: string }): Uint8Array {
  if (body.body_base64 !== undefined) return Uint8Array.from(atob(body.body_base64), (char) => char.charCodeAt(0));
  return new TextEncoder().encode(body.body ?? "");
}

const PER_LINE = 16;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** The first lines; a dump of a large body would stop the page. */
export function hexDump(bytes: Uint8Array, mostLines = 4096): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length && lines.length < mostLines; at += PER_LINE) {
    const part = [...bytes.subarray(at, at + PER_LINE)];
    const digits = part.map((byte) => hex(byte, 2)).join(" ").padEnd(PER_LINE * 3 - 1);
    const text = part.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${hex(at, 8)}  ${digits}  ${text}`);
  }
  return lines.join("\n");
}
