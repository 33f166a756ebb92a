// How large a note becomes when one of its corners is dragged.
import { snap } from "./places";
import type { Note, Place } from "./types";

/** A corner of a note: -1 is left and top, 1 is right and bottom. */
export interface Corner {
  x: -1 | 1;
  y: -1 | 1;
}
export const CORNERS: readonly Corner[] = [{ x: -1, y: -1 }, { x: 1, y: -1 }, { x: -1, y: 1 }, { x: 1, y: 1 }];
const NOTE_LEAST = { width: 128, height: 64 };

/** The note after a corner was moved by so much; the corner across from it stays where it is. */
export function resized({ x, y, width, height }: Note, corner: Corner, by: Place): Partial<Note> {
  const size = snap({ x: width + corner.x * by.x, y: height + corner.y * by.y });
  const next = { width: Math.max(NOTE_LEAST.width, size.x), height: Math.max(NOTE_LEAST.height, size.y) };
  return {
    x: corner.x < 0 ? x + width - next.width : x,
    y: corner.y < 0 ? y + height - next.height : y,
    ...next,
  };
}
