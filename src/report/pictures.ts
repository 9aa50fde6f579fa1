import { imageBlocks } from "./blocks.ts";
import { beside } from "./braille.ts";
import type { Samples } from "./input.ts";
import { clip, printable } from "./text.ts";

/** How many images are shown, and where. */
export interface PictureOptions {
  readonly width: number;
  readonly color: boolean;
  /** At most. Default 6. */
  readonly most?: number;
}

/**
 * The first of some images as blocks beside each other, with what they are and what they were taken for; nothing when
 * not even one finds room.
 */
export function picturesText({ width, height, images }: Samples, options: PictureOptions): string {
  const fitting = Math.floor((options.width + gap) / (width + gap));
  const shown = images.slice(0, Math.min(fitting, options.most ?? 6));
  const pictures = shown.map(({ pixels, truth, prediction }) => {
    const mark = truth === prediction ? "" : " ✗";
    const words = clip(printable(`${truth} → ${prediction}${mark}`), Math.max(width, 8));
    return `${imageBlocks(pixels, width, height, options.color)}\n${words}`;
  });
  return beside(pictures, options.width, gap);
}

const gap = 3;
