/** The style of a report: light and dark by the reader's preference, and for paper. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfa; --card: #ffffff; --ink: #1b2126; --quiet: #59626b; --rule: #dcdfe1;
  --train: #1f6099; --validation: #b3500a; --bad: #b3261e; --mark: #f6efd9; --third: #2c7049; --fourth: #7a3d9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181c; --card: #1b2025; --ink: #e4e7ea; --quiet: #a3adb6; --rule: #333a41;
    --train: #7ab8f2; --validation: #f0a561; --bad: #ff9086; --mark: #3a331d; --third: #7fd1a0; --fourth: #cba6f0;
  }
  .samples img { filter: invert(1) }
}
* { box-sizing: border-box }
html { font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink) }
body > header, body > nav, main, body > footer { max-width: 60rem; margin: 0 auto; padding: 0 1.5rem }
body > header { padding-top: 3.5rem }
main:focus { outline: none }
.skip { position: absolute; left: -100vw; top: .5rem; background: var(--card); color: var(--ink); border: 2px solid var(--train); border-radius: 6px; padding: .5rem 1rem }
.skip:focus { left: 1rem }
a { color: var(--train) }
.contents ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: 1.8rem 0 0; padding: 0; font-size: .92rem }
h1, h2 { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Charter, Georgia, "DejaVu Serif", serif; line-height: 1.2; text-wrap: balance }
h1 { font-size: 2.3rem; font-weight: 600; margin: 0 0 .6rem; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { font-size: 1.45rem; font-weight: 600; margin: 0 0 1rem }
h3 { font-size: 1.05rem; font-weight: 600; margin: 1.4rem 0 .6rem }
section { margin-top: 2.6rem; padding-top: 1.6rem; border-top: 1px solid var(--rule) }
p { margin: 0 0 1rem; max-width: 44rem; overflow-wrap: anywhere }
.lead { font-size: 1.1rem; color: var(--quiet) }
.kicker { margin: 0 0 .7rem; color: var(--quiet); font-size: .8rem; letter-spacing: .09em; text-transform: uppercase }
.alarm { color: var(--bad); font-weight: 600 }
code, pre, .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr)); gap: .9rem; margin: 2rem 0 0; padding: 0 }
.tiles > div { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: .9rem 1.1rem 1rem; min-width: 0 }
.tiles .first { border-color: var(--train); box-shadow: inset 0 3px var(--train) }
.tiles dt { color: var(--quiet); font-size: .82rem }
.tiles dd { margin: 0 }
.tiles .value { font-size: 1.55rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; letter-spacing: -.01em; overflow-wrap: anywhere }
.tiles .value.code { font-size: 1rem; line-height: 2.02; letter-spacing: 0 }
.tiles .note { color: var(--quiet); font-size: .82rem; line-height: 1.4 }
figure { margin: 0 0 1.8rem; min-width: 0 }
figcaption { margin-top: .5rem; font-size: .92rem; color: var(--quiet) }
figcaption strong { color: var(--ink) }
.drawing { overflow-x: auto }
.plot { display: block; width: 100%; max-width: 100%; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink); --plot-background: var(--paper) }
.plot text { white-space: pre; fill: var(--quiet) }
.pairs { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 0 2.5rem; align-items: start }
.thirds { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 0 2rem; align-items: start }
.key { white-space: nowrap; margin-right: .5em }
.key::before { content: ""; display: inline-block; width: 1.6em; height: 0; margin-right: .4em; vertical-align: .25em; border-top: 3px solid var(--train) }
.key.validation::before { border-top: 3px dashed var(--validation) }
.key.line-1::before { border-top-color: var(--train) }
.key.line-2::before { border-top: 3px dashed var(--validation) }
.key.line-3::before { border-top: 3px dotted var(--third) }
.key.line-4::before { border-top: 3px dashed var(--fourth) }
.key.line-5::before { border-top: 3px dotted var(--quiet) }
.spot { white-space: nowrap; margin-right: .4em }
.spot::before { content: "●"; color: var(--train); margin-right: .25em }
.spot-2::before { content: "▲"; color: var(--validation) }
.spot-3::before { content: "■"; color: var(--third) }
.spot-4::before { content: "◆"; color: var(--fourth) }
.saving { float: right; display: flex; gap: .4rem; margin: .45rem 0 0 .6rem }
.saving button { font: inherit; font-size: .82rem; color: var(--quiet); background: none; border: 1px solid var(--rule); border-radius: 5px; padding: .1rem .6rem; cursor: pointer }
.saving button:hover { color: var(--ink); border-color: var(--quiet) }
details { margin-top: .4rem; font-size: .9rem }
details[open] { clear: both }
summary { cursor: pointer; color: var(--quiet); width: max-content; padding: .15rem 0 }
summary:hover { color: var(--ink) }
:focus-visible { outline: 2px solid var(--train); outline-offset: 2px; border-radius: 3px }
.scroll { overflow-x: auto; margin: 0 0 1.5rem }
details .scroll { max-height: 24rem; overflow-y: auto }
table { border-collapse: collapse; min-width: min(25rem, 100%); font-size: .92rem; font-variant-numeric: tabular-nums }
caption { text-align: left; color: var(--quiet); padding: 0 0 .5rem; font-size: .92rem }
th, td { text-align: left; padding: .38rem 1.1rem .38rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; font-weight: 400; max-width: 34rem; overflow-wrap: anywhere }
thead th { color: var(--quiet); font-size: .82rem; border-bottom: 1px solid var(--quiet); vertical-align: bottom; overflow-wrap: break-word }
:where(tbody > tr > :first-child:not(.number)) { min-width: 6rem }
td .alarm, .word { white-space: nowrap }
th:last-child, td:last-child { padding-right: 0 }
.number { text-align: right; white-space: nowrap }
.badge { display: inline-block; margin-left: .6em; padding: 0 .5em; border-radius: 4px; background: var(--mark); color: var(--ink); font-size: .78rem; font-weight: 400 }
tr:has(.badge) > :first-child { font-weight: 600 }
.confusion th, .confusion td { padding: .42rem .55rem; text-align: center; border: 0; min-width: 3rem }
.confusion { min-width: 0 }
.confusion th, .confusion td { white-space: nowrap; max-width: none; vertical-align: middle }
.confusion tbody th { text-align: right }
.confusion .tall { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; min-width: 0 }
.confusion thead th { vertical-align: bottom }
.confusion tbody td { border: 2px solid var(--paper); border-radius: 5px }
.confusion .hit { background: color-mix(in srgb, var(--train) calc(var(--share) * 34%), var(--paper)) }
.confusion .miss { background: color-mix(in srgb, var(--bad) calc(12% + var(--share) * 45%), var(--paper)) }
.confusion .none { color: var(--quiet) }
.confusion .rate { color: var(--quiet); font-size: .82rem; font-weight: 400 }
.samples { list-style: none; display: flex; flex-wrap: wrap; gap: .8rem; margin: 0; padding: 0 }
.samples li { width: 4.6rem; text-align: center; font-size: .85rem; border: 1px solid var(--rule); border-radius: 8px; padding: .45rem .3rem .3rem; background: var(--card); overflow-wrap: anywhere; line-height: 1.35 }
.samples img { display: block; border-radius: 3px; width: 3.5rem; height: 3.5rem; object-fit: contain; margin: 0 auto .25rem; image-rendering: pixelated }
.samples .wrong { border: 2px solid var(--bad); color: var(--bad); font-weight: 600; padding: calc(.45rem - 1px) calc(.3rem - 1px) calc(.3rem - 1px) }
pre { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: .9rem 1.1rem; margin: 0 0 1.2rem; white-space: pre-wrap }
ul.notes { padding-left: 1.2rem; max-width: 44rem }
body > footer { margin-top: 3.5rem; padding-top: 1rem; padding-bottom: 4rem; color: var(--quiet); font-size: .85rem }
.plot[width="720"] { font-size: 10px }
.plot[width="360"] { max-width: 24rem }
@media (max-width: 40rem) {
  body > header, body > nav, main, body > footer { padding-left: 1.1rem; padding-right: 1.1rem }
  body > header { padding-top: 2.2rem }
  .plot[width="720"] { font-size: 17px }
  .tiles .value { font-size: 1.35rem }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #fff; --card: #fff; --ink: #000; --quiet: #444; --rule: #ccc;
    --train: #1f6099; --validation: #b3500a; --bad: #b3261e; --mark: #f6efd9; --third: #2c7049; --fourth: #7a3d9e;
  }
  @page { margin: 18mm 16mm }
  html { font-size: 10.5pt }
  body > header, body > nav, main, body > footer { max-width: none; padding: 0 }
  .skip, .saving, .contents { display: none }
  h3 { break-after: avoid }
  .thirds { grid-template-columns: 1fr 1fr 1fr; gap: 0 1.2rem }
  section { margin-top: 1.6rem; padding-top: 1rem }
  h2 { break-after: avoid }
  figure, .tiles > div, .samples li, tr, pre { break-inside: avoid }
  figure:has(.samples) { break-inside: auto }
  .tiles { grid-template-columns: repeat(5, 1fr); gap: .5rem }
  .tiles > div { padding: .6rem .7rem }
  .tiles .value { font-size: 1.3rem }
  .tiles .value.code { font-size: .8rem; line-height: 2.1 }
  .pairs { grid-template-columns: 1fr 1fr; gap: 0 1.5rem }
  .pairs > :only-child { grid-column: 1 / -1 }
  table { min-width: 0 }
  .scroll table { font-size: .82rem }
  .scroll th, .scroll td { padding-right: .7rem }
  thead th { overflow-wrap: anywhere }
  figure > details { display: none }
  .scroll, .drawing { overflow: visible }
  .samples img { filter: none }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
`;
