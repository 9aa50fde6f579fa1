import { scale } from "./blocks.ts";
import { figure, grid } from "./grid.ts";
import type { Part, Samples } from "./input.ts";
import { html, type Markup } from "./markup.ts";
import { partName } from "./matrix.ts";
import { greyPng } from "./png.ts";

const most = 60;

/** Sample images with what they are and what they were taken for; at most 60. */
export function sampleFigure({ width, height, images, part }: Samples & { readonly part: Part }): Markup {
  const shown = images.slice(0, most);
  const tile = (image: Samples["images"][number]): Markup => {
    const shade = scale(image.pixels);
    const source = greyPng(
      image.pixels.map((p) => Math.round(255 * (1 - shade(p)))),
      width,
      height,
    );
    const wrong = image.truth !== image.prediction;
    const alt = `${image.truth}, taken for ${image.prediction}`;
    return html`<li${wrong ? html` class="wrong"` : null}><img src="${source}" width="${width}" height="${height}" alt="${alt}">${image.truth} → ${image.prediction}${wrong ? " ✗" : ""}</li>
`;
  };
  const wrong = shown.filter((image) => image.truth !== image.prediction).length;
  const some = shown.length < images.length ? ` ${shown.length} of ${images.length} are shown.` : "";
  const rows = shown.map((image, i) => [
    i + 1,
    image.truth,
    image.prediction,
    image.truth === image.prediction ? "right" : "wrong",
  ]);
  return figure({
    drawing: html`<ul class="samples">${shown.map(tile)}</ul>`,
    caption: html`<strong>Images.</strong> Of the ${partName(part)} part: truth → prediction; ${wrong} of these ${shown.length} are wrong, marked ✗, those that the network is surest of first.${some}`,
    data: grid({ caption: "Sample images", headers: ["image", "truth", "prediction", "result"], rows, numbers: [0] }),
  });
}
