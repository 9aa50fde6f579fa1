/**
 * The one script of a report: buttons below each drawing that save it as SVG or PNG. Colours, which the page gives, are
 * written into the copy as plain attributes; a PNG has twice the size. The page's policy allows this text alone to run, by its hash.
 */
export const script = `
"use strict";
const drawn = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "fill-opacity", "opacity", "font-size", "font-family", "font-weight", "text-anchor", "white-space", "image-rendering"];
const paper = () => getComputedStyle(document.body).backgroundColor;
const rgb = (_, parts) => "rgb(" + parts.split(" ").slice(0, 3).map((x) => Math.round(255 * x)).join(", ") + ")";
function standalone(svg) {
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll("*")]);
  from.forEach((node, i) => {
    const [style, above] = [getComputedStyle(node), getComputedStyle(node.parentElement)];
    for (const name of drawn) {
      const value = style.getPropertyValue(name);
      const same = name === "opacity" ? value === "1" : i > 0 && value === above.getPropertyValue(name);
      if (same) to[i].removeAttribute(name);
      else to[i].setAttribute(name, value.replace(/color\\(srgb ([^)]*)\\)/, rgb));
    }
  });
  const [, , width, height] = svg.getAttribute("viewBox").split(" ");
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  copy.style.background = paper();
  return { text: new XMLSerializer().serializeToString(copy), width: Number(width), height: Number(height) };
}
function save(name, address) {
  const link = document.createElement("a");
  link.download = name;
  link.href = address;
  link.click();
}
function address(blob) {
  const url = URL.createObjectURL(blob);
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  return url;
}
function saveSvg(svg, name) {
  save(name + ".svg", address(new Blob([standalone(svg).text], { type: "image/svg+xml" })));
}
function savePng(svg, name) {
  const { text, width, height } = standalone(svg);
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement("canvas");
    canvas.width = 2 * width;
    canvas.height = 2 * height;
    const pen = canvas.getContext("2d");
    pen.fillStyle = paper();
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => save(name + ".png", address(blob)), "image/png");
  };
  picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
}
for (const figure of document.querySelectorAll("figure")) {
  const svg = figure.querySelector("svg.plot");
  if (!svg) continue;
  const title = (figure.querySelector("figcaption strong") ?? figure).textContent.trim();
  const name = title.toLowerCase().replace(/[^\\p{L}\\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "figure";
  const row = document.createElement("p");
  row.className = "saving";
  for (const [kind, act] of [["SVG", saveSvg], ["PNG", savePng]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Save " + kind;
    button.setAttribute("aria-label", "Save " + kind + ": " + title);
    button.addEventListener("click", () => act(svg, name));
    row.append(button);
  }
  figure.querySelector("details").before(row);
}
`;

/** SHA-256 of the script, as policies name it. */
export const scriptHash = "sha256-T//1AN0tTuYS5tLeMzRym3aUIWH8KZgzekAyem9pax8=";

/** What the page may do: show its own style and pictures, run its own script, and reach nothing. */
export const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${scriptHash}'; base-uri 'none'; form-action 'none'`;
