// Writes src/data/embedded/*.ts from CSV files: node scripts/embed-data.mjs <folder with digits.csv, breast_cancer.csv, iris.csv>
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const from = process.argv[2];
const to = join(import.meta.dirname, "..", "src", "data", "embedded");

const sets = {
  digits: {
    credit: [
      "Optical Recognition of Handwritten Digits, the 1797 rows of its test part: E. Alpaydin and C. Kaynak (1998),",
      "UCI Machine Learning Repository, CC BY 4.0. A row is 64 letters, A for 0 to Q for 16, then the digit as a letter.",
    ],
    row: (fields) => fields.map((field) => String.fromCharCode(65 + Number(field))).join(""),
    rowsPerLine: 10,
  },
  breast_cancer: {
    credit: [
      "Breast Cancer Wisconsin (Diagnostic): W. Wolberg, N. Street and O. Mangasarian (1995), UCI Machine Learning",
      "Repository, CC BY 4.0. A row is 30 numbers and the class: 0 malignant, 1 benign.",
    ],
    row: (fields) => fields.join(","),
    rowsPerLine: 4,
  },
  iris: {
    credit: [
      "Iris: R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7.",
      "A row is 4 lengths in centimetres and the species: 0 setosa, 1 versicolor, 2 virginica.",
    ],
    row: (fields) => fields.join(","),
    rowsPerLine: 6,
  },
};

for (const [name, { credit, row, rowsPerLine }] of Object.entries(sets)) {
  const [header, ...body] = readFileSync(join(from, `${name}.csv`), "utf8")
    .trim()
    .split(/\r?\n/);
  const packed = body.map((line) => row(line.split(",")));
  const lines = Array.from({ length: Math.ceil(packed.length / rowsPerLine) }, (_, i) =>
    packed.slice(i * rowsPerLine, (i + 1) * rowsPerLine).join(" "),
  );
  const comment = ["Made by scripts/embed-data.mjs.", ...credit].map((line) => ` * ${line}`).join("\n");
  const text = `/**\n${comment}\n */\nexport const header: string =\n  "${header}";\n\nexport const rows: string = \`\n${lines.join("\n")}\n\`;\n`;
  writeFileSync(join(to, `${name.replace("_", "-")}.ts`), text);
}
