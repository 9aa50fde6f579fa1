import { html, type Markup, raw } from "./markup.ts";
import { style } from "./style.ts";

/** A page that needs nothing else: no network, no script; light and dark, on screen and on paper. */
export interface Page {
  readonly title: string;
  readonly content: readonly (Markup | null)[];
  /** Version of gradus that writes it. */
  readonly version: string;
}

/** The page as the text of a file. */
export const page = ({ title, content, version }: Page): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gradus">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
${content}
<footer>Written by gradus ${version}. This file is complete: it loads nothing and runs nothing.</footer>
</main>
</body>
</html>
`.html;
