import { anchor, type Section, section } from "./grid.ts";
import { html, type Markup, raw } from "./markup.ts";
import { policy, script } from "./saving.ts";
import { style } from "./style.ts";

/** A page: what it is called, what stands at its top, and its sections. */
export interface Page {
  readonly title: string;
  readonly head: Markup;
  readonly sections: readonly Section[];
  /** Of gradus. */
  readonly version: string;
}

/**
 * One HTML file that is complete: it loads nothing, and its only script saves drawings. Light and dark, on screen and on
 * paper; all text is escaped.
 */
export const page = ({ title, head, sections, version }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="generator" content="gradus">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
${head}
${sections.length > 1 ? contents(sections) : null}
<main id="content" tabindex="-1">
${sections.map(section)}
</main>
<footer>Written by gradus ${version}. This file is complete: it loads nothing, and its only script saves drawings.</footer>
<script>${raw(script)}</script>
</body>
</html>
`.html;

const contents = (sections: readonly Section[]): Markup => html`<nav class="contents" aria-label="Contents"><ul>
${sections.map(({ title }) => html`<li><a href="#${anchor(title)}">${title}</a></li>`)}
</ul></nav>`;
